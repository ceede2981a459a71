"""Faults of the system time."""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path
from time import sleep

from drills.faults.application import is_up
from drills.faults.installation import Installation
from drills.faults.letters import letters_of, require_letters
from drills.faults.load import file_once, filing
from drills.faults.mail_server import Mood, mail_server
from drills.faults.processes import running
from drills.faults.registry import NotRun, Trial, fault, wait_until
from shared.kernel.identifiers import uuid7

LIBRARIES = Path("/usr/lib")
QUIET_SECONDS = 3.0
MAX_REPEATED = 20
# Queries whose results must not change while processes have a wrong time.
NATIONAL = {
    "idempotency keys": "SELECT count(*) FROM tenants_submissionkey",
    "tracking tokens": "SELECT count(*) FROM tenants_trackingtoken",
    "routes": "SELECT count(*) FROM tenants_route",
    "task results": (
        "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE task_path NOT LIKE"
        " 'tenants.fleet.tasks.collect_register'"
    ),
}
OF_AGENCIES = {
    "cases": (
        "SELECT coalesce(md5(string_agg(reference || status || coalesce(due_on::text, ''), ','"
        " ORDER BY id)), '') FROM {schema}.complaints_complaint"
    ),
    "events": "SELECT count(*) FROM {schema}.complaints_complaintevent",
    "letters": "SELECT count(*) FROM {schema}.mail_mail",
}
EXPORT = (
    "INSERT INTO jobs_job (id, kind, schema_name, subject, arguments, result, state, steps, step,"
    " done, total, fault, fault_text, is_cancel_asked, worker, attempts, asked_by, created_at,"
    " finished_at) VALUES (%s, 'export', 'public', 'health', '{}', '{}', 'done', '[]', '', 0, 0,"
    " '', '', false, '', 1, 'faults', now(), now())"
)


@fault("clock-year-ahead", "the clock of web and worker is a year ahead")
def clock_year_ahead(trial: Trial) -> None:
    """Check that readiness fails, no filing is accepted, no case closed and no row deleted."""
    _with_clock(trial, "+365d")


@fault("clock-days-behind", "the clock of web and worker is forty days behind")
def clock_days_behind(trial: Trial) -> None:
    """Check that readiness fails and that no filing gets a deadline that is too early."""
    _with_clock(trial, "-40d")


@fault("worker-ahead", "a task worker is 20 s ahead of another one that has a task in hand")
def worker_ahead(trial: Trial) -> None:
    """Check that a worker whose time is ahead does not take the task of a running worker."""
    installation = trial.installation
    settings = _faked("+20s")
    with mail_server() as server, ExitStack() as stack:
        site = stack.enter_context(installation.site(EMAIL_URL=server.url))
        server.become(Mood.HANGS)
        load = trial.by_hand(site.port)
        for number in range(3):
            key = f"{load.run}-{number}"
            load.file(key, filing(key, installation.organisations[0]))
        wait_until(lambda: server.connections > 0, seconds=10)
        environment = installation.environment(EMAIL_URL=server.url, **settings)
        known = _workers(installation)
        stack.enter_context(running(installation.worker(environment)))
        joined = wait_until(lambda: len(_workers(installation) - known) > 0, seconds=30)
        trial.promise(joined, "the worker that is ahead does not start")
        # In this time, the worker that is ahead looks for tasks of dead workers several times.
        sleep(4.0)
        ((taken,),) = installation.query(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult"
            " WHERE jsonb_array_length(to_jsonb(worker_ids)) > 1"
            " AND args_kwargs::text LIKE ANY (%s)",
            [[f"%{number}%" for number in letters_of(installation, trial.run)]],
        )
        trial.promise(not taken, f"{taken} tasks were taken from a living worker")
        server.become(Mood.WORKS)
        require_letters(trial, server, seconds=25)


def _workers(installation: Installation) -> set[str]:
    return {name for (name,) in installation.query("SELECT worker_id FROM jobs_workerbeat")}


def _with_clock(trial: Trial, offset: str) -> None:
    installation = trial.installation
    settings = _faked(offset)
    with installation.site() as site:
        with trial.load(site.port, clients=2) as load:
            sleep(1)
        # Without this wait, hourly tasks and the latest filings would change counts later.
        sleep(QUIET_SECONDS)
    bundle = _export(installation)
    before = _state(installation)
    with installation.site(is_sound=False, inherited=settings) as site:
        _promise_refused(trial, site.port)
    for what, value in _state(installation).items():
        trial.promise(value == before[what], f"{what}: {before[what]} became {value}")
    trial.promise(bundle.exists(), "an export was deleted")
    shutil.rmtree(bundle, ignore_errors=True)
    with installation.site() as site:
        later = trial.by_hand(site.port)
        for key, body in list(load.bodies.items())[:MAX_REPEATED]:
            # A repeated filing must get its first reference again; the checker counts another
            # reference as doubled.
            later.file(key, body)


def _promise_refused(trial: Trial, port: int) -> None:
    key = f"{trial.run}-wrong-clock"
    body = filing(key, trial.installation.organisations[0])
    answers = [
        (is_up(port), file_once(port, key, body).status) for _moment in trial.moments(every=1.0)
    ]
    trial.promise(not any(is_ready for is_ready, _status in answers), "the web is ready")
    trial.promise(not any(status == 201 for _is_ready, status in answers), "a filing is accepted")
    trial.promise(
        not any(status == 500 for _is_ready, status in answers), "a filing is answered 500"
    )


def _export(installation: Installation) -> Path:
    """Record a new agency export that expires in a week; return its folder."""
    number = uuid7()
    installation.query(EXPORT, [str(number)])
    folder = installation.files / "bundles" / str(number)
    folder.mkdir(parents=True)
    (folder / "bundle").write_text(json.dumps({}))
    return folder


def _state(installation: Installation) -> dict[str, object]:
    found = {what: installation.query(sql)[0][0] for what, sql in NATIONAL.items()}
    for schema in installation.schemas():
        for what, statement in OF_AGENCIES.items():
            found[f"{what} of {schema}"] = installation.query(statement.format(schema=schema))[0][0]
    return found


def _faked(offset: str) -> dict[str, str]:
    """Return the environment of a process whose system time differs by ``offset``."""
    found = sorted(LIBRARIES.rglob("libfaketimeMT.so.1")) or sorted(
        LIBRARIES.rglob("libfaketime.so.1")
    )
    if not found:
        raise NotRun("libfaketime is not installed (Debian: faketime)")
    return {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME": offset,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
