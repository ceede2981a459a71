"""Faults of the virus scanner: stopped or killed."""

import signal
from pathlib import Path
from tempfile import TemporaryDirectory

from drills.faults.attachments import Case, file_with_attachment
from drills.faults.processes import end
from drills.faults.registry import MAX_WAIT, NotRun, Trial, fault, wait_until
from tests.shared.files.scanners import CLAMD, real_clamd

# The longest wait for a scan; the drill ends the pause of 30 s before a second scan.
SCANNED_SECONDS = 20.0
PAUSES_OVER = (
    "UPDATE django_tasks_database_dbtaskresult SET run_after = now()"
    " WHERE status = 'READY' AND run_after > now() AND task_path LIKE '%attachments_scan'"
)


@fault("scanner-silent", "clamd is stopped (SIGSTOP), then goes on", limit=MAX_WAIT)
def scanner_silent(trial: Trial) -> None:
    """Check that a file is accepted, and cannot be opened before its scan."""
    _with_scanner(trial, signal.SIGSTOP)


@fault("scanner-away", "clamd is killed", limit=MAX_WAIT)
def scanner_away(trial: Trial) -> None:
    """Check that a file is accepted, and cannot be opened while the scanner is unavailable."""
    _with_scanner(trial, signal.SIGKILL)


def _with_scanner(trial: Trial, number: signal.Signals) -> None:
    if CLAMD is None:
        raise NotRun("clamd is not installed")
    organisation = trial.installation.organisations[0]
    with TemporaryDirectory(prefix="faults-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        with (
            real_clamd(folder) as (url, process),
            trial.installation.site(CLAMD_URL=url) as site,
        ):
            load = trial.by_hand(site.port)
            first = Case(
                trial, site.port, file_with_attachment(load, f"{load.run}-first", organisation)
            )
            first.opened()
            status = first.read_by_citizen().status
            trial.promise(status == 200, f"a scanned file is answered {status}")
            end(process.pid, number)
            answer = file_with_attachment(load, f"{load.run}-waits", organisation)
            trial.promise(answer.status == 201, f"a filing is answered {answer.status}")
            waits = Case(trial, site.port, answer)
            waits.opened()
            status = waits.read_by_citizen().status
            trial.note(f"an unscanned file is answered {status}")
            trial.promise(status not in (200, 500, 0), f"an unscanned file is answered {status}")
            if number == signal.SIGSTOP:
                end(process.pid, signal.SIGCONT)
                trial.promise(_is_scanned(trial, waits), "the file is never scanned afterwards")


def _is_scanned(trial: Trial, case: Case) -> bool:
    def readable() -> bool:
        trial.installation.query(PAUSES_OVER)
        return case.read_by_citizen().status == 200

    return wait_until(readable, seconds=SCANNED_SECONDS)
