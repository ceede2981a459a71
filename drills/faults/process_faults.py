"""Faults of web and worker processes."""

from drills.faults.application import is_up
from drills.faults.letters import require_letters
from drills.faults.load import filing
from drills.faults.mail_server import mail_server
from drills.faults.processes import end
from drills.faults.registry import Trial, fault, wait_until

BETWEEN_KILLS = 0.8
# The longest wait for a dead worker's task, which returns to the queue after 15 s.
REAPED_SECONDS = 40.0
MOST_STATEMENTS = 20


@fault("web-killed", "a process of gunicorn is killed again and again under load")
def web_killed(trial: Trial) -> None:
    """Kill the two web processes in turn, repeatedly."""
    killed = 0
    with trial.installation.site() as site, trial.load(site.port):
        for number in trial.moments(every=BETWEEN_KILLS):
            found = site.web_processes()
            if found:
                end(found[number % len(found)])
                killed += 1
        trial.promise(
            wait_until(lambda: is_up(site.port), seconds=10), "the web does not come back"
        )
    trial.note(f"{killed} processes killed")


@fault("worker-killed", "task workers are killed and started again while letters wait")
def worker_killed(trial: Trial) -> None:
    """Kill task workers repeatedly; check that other workers do the killed workers' tasks."""
    with mail_server() as server, trial.installation.site(workers=2, EMAIL_URL=server.url) as site:
        with trial.load(site.port, clients=3, pause=0.2):
            for number in trial.moments(every=2.0):
                worker = site.workers[number % len(site.workers)]
                worker.kill()
                worker.restart()
        require_letters(trial, server, seconds=REAPED_SECONDS)


@fault("statement-killed", "the web process dies between any two statements of a filing")
def statement_killed(trial: Trial) -> None:
    """Kill the web process before and after each SQL statement of a filing."""
    points = 0
    organisation = trial.installation.organisations[0]
    # With one process, a new process answers each request, and its caches are empty.
    with trial.installation.site(
        application="drills.faults.failpoint_wsgi", WEB_WORKERS="1"
    ) as site:
        load = trial.by_hand(site.port)
        for number in range(1, MOST_STATEMENTS):
            answers = []
            for moment in ("before", "after"):
                for pid in site.web_processes():
                    end(pid)
                key = f"{load.run}-{moment}-{number}"
                body = filing(key, organisation)
                answers.append(load.send(key, body, **{"X-Failpoint": f"{moment}:{number}"}))
                load.file(key, body)
            points += sum(not answer.status for answer in answers)
            if all(answer.status for answer in answers):
                break
    trial.note(f"killed at {points} points")
    trial.promise(points > 1, "no statement was reached")


@fault("two-workers", "three task workers and schedulers at once")
def two_workers(trial: Trial) -> None:
    """Check that each e-mail is sent once and each scheduled task is queued once."""
    installation = trial.installation
    with mail_server() as server, installation.site(workers=3, EMAIL_URL=server.url) as site:
        with trial.load(site.port, clients=3, pause=0.1):
            for _moment in trial.moments(every=1.0):
                pass
        require_letters(trial, server, seconds=20, once=True)
    doubled = installation.query(
        "SELECT count(*) FROM (SELECT 1 FROM register_registereventrow"
        " GROUP BY reference, position, agency_code HAVING count(*) > 1) twice"
    )[0][0]
    trial.promise(not doubled, f"{doubled} events stand in the register twice")
    ((tasks, turns),) = installation.query(
        "SELECT (SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE task_path = %s),"
        " (SELECT count(*) FROM jobs_schedulerun WHERE job = %s)",
        # The schedule stores the task under the name of former releases.
        ["tenants.fleet.tasks.collect_register", "tenants.tasks.collect_register"],
    )
    trial.promise(0 < tasks <= turns, f"{tasks} tasks for {turns} due moments of the schedule")
