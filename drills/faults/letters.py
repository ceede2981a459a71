"""A check that the mail server got all e-mails of a run."""

from drills.faults.application import Application
from drills.faults.load import SUBJECT
from drills.faults.mail_server import MailServer
from drills.faults.registry import Trial, wait_until

# Statements that end the pauses between tries, because pauses can be as long as hours.
PAUSES_OVER = (
    "UPDATE django_tasks_database_dbtaskresult SET run_after = now()"
    " WHERE status = 'READY' AND run_after > now() AND task_path LIKE '%%shared.mail.tasks.%%'",
    "UPDATE jobs_queuepause SET paused_until = now() WHERE paused_until > now()",
)
WAITS_OVER = (
    "UPDATE {schema}.mail_mail SET next_attempt_at = now() WHERE sent_at IS NULL"
    " AND failed_at IS NULL AND next_attempt_at > now()"
)


def letters_of(installation: Application, run: str) -> dict[str, bool]:
    """Return a dict: id of an e-mail about a filing of the run -> whether it counts as sent.

    An e-mail that waits for a proved address counts as sent.
    """
    found: dict[str, bool] = {}
    for schema in installation.schemas():
        rows = installation.query(
            "SELECT m.id, m.sent_at IS NOT NULL OR m.failure = 'unproved'"
            f" FROM {schema}.mail_mail m"
            f" JOIN {schema}.complaints_complaint c ON c.reference = m.reference"
            " WHERE c.subject LIKE %s",
            [f"{SUBJECT} {run}-%"],
        )
        found |= {str(number): is_sent for number, is_sent in rows}
    return found


def require_letters(
    trial: Trial, server: MailServer, *, seconds: float, once: bool = False
) -> None:
    """Check that the mail server got every e-mail of the run, with ``once`` exactly once."""
    installation = trial.installation

    def all_sent() -> bool:
        waits = [WAITS_OVER.format(schema=schema) for schema in installation.schemas()]
        for statement in (*waits, *PAUSES_OVER):
            installation.query(statement, [])
        return all(letters_of(installation, trial.run).values())

    wait_until(all_sent, seconds=seconds, every=1.0)
    letters = letters_of(installation, trial.run)
    # The Message-ID of an e-mail that asks for a proof begins with the id of the e-mail that waits.
    taken = {
        identifier.strip("<>").partition("@")[0].partition(".")[0]: n
        for identifier, n in server.taken.items()
    }
    lost = [number for number in letters if number not in taken]
    twice = [number for number in letters if taken.get(number, 0) > 1]
    trial.note(f"{len(letters)} letters, {len(lost)} not delivered, {len(twice)} delivered twice")
    unsent = [number for number, is_sent in letters.items() if not is_sent]
    trial.promise(letters, "no letter was queued")
    trial.promise(not unsent, f"{len(unsent)} letters still wait")
    trial.promise(not lost, f"{len(lost)} of {len(letters)} letters were not delivered")
    trial.promise(not (once and twice), f"{len(twice)} letters were delivered twice")
