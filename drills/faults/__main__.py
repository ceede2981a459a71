"""Inject faults into a running installation and see what of its promises holds.

``bin/dev faults [NAME ...] [--list] [--seconds N]``. Ten minutes at most; the last line is one JSON
object; the exit code is 1 when a promise does not hold.
"""

import argparse
import signal
import sys
from contextlib import closing
from pathlib import Path
from threading import Timer
from time import monotonic
from types import FrameType

from drills.faults import groups
from drills.faults.checker import Checker
from drills.faults.installation import Installation
from drills.faults.judge import judge
from drills.faults.load import OVER
from drills.faults.registry import Fault, NotRun, Trial
from drills.faults.report import FAILS, HOLDS, NOT_RUN, Row, head, line, summary

FOLDER = Path(__file__).resolve().parents[2] / "var" / "faults"
MINUTES = 10
# Seconds for the end of the last fault.
CLOSE_SECONDS = 30
SECONDS = 5.0
# After the maximum of seconds, a fault fails and its processes are killed. With less time left than
# the minimum, no fault is started.
MAX_OF_ONE, MIN_OF_ONE = 120.0, 45.0


def main() -> int:
    """Inject the faults named on the command line, or all faults."""
    arguments = _arguments()
    if arguments.list:
        for fault in groups.FAULTS.values():
            print(f"{fault.name:22}  {fault.about}")
        return 0
    unknown = [name for name in arguments.names if name not in groups.FAULTS]
    if unknown:
        print(f"no such fault: {', '.join(unknown)}; see --list")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    began = monotonic()
    faults = [fault for name, fault in groups.FAULTS.items() if name in arguments.names]
    rows = _rows(faults or list(groups.FAULTS.values()), began, arguments)
    print(summary(rows, seconds=monotonic() - began), flush=True)
    return 1 if any(row.verdict == FAILS for row in rows) else 0


def _rows(faults: list[Fault], began: float, arguments: argparse.Namespace) -> list[Row]:
    rows = []
    installation = Installation(arguments.folder)
    try:
        print("making an installation ...", flush=True)
        installation.prepare()
        print(head(), flush=True)
        checker = Checker()
        for fault in faults:
            left = began + MINUTES * 60 - CLOSE_SECONDS - monotonic()
            if left < MIN_OF_ONE:
                row = Row(fault=fault.name, verdict=NOT_RUN, remarks=["the ten minutes were over"])
            else:
                row = _tried(
                    fault,
                    Trial(installation, seconds=arguments.seconds, limit=fault.limit),
                    checker,
                    most=min(left, MAX_OF_ONE),
                )
            rows.append(row)
            print(line(row), flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        installation.close()
    return rows


def _tried(fault: Fault, trial: Trial, checker: Checker, *, most: float) -> Row:
    installation, began = trial.installation, monotonic()
    OVER.clear()
    watchdog = Timer(most, _end_all, [installation])
    watchdog.daemon = True
    watchdog.start()
    try:
        if not installation.server.running():
            installation.restart_database()
        fault.inject(trial)
    except NotRun as reason:
        return Row(fault=fault.name, verdict=NOT_RUN, remarks=[str(reason)])
    except Exception as error:  # noqa: BLE001, RUF100 - the other faults are tried all the same
        trial.promise(False, f"could not be tried: {type(error).__name__}: {error}"[:600])
    finally:
        watchdog.cancel()
        installation.end_processes()
    return _judged(fault, trial, checker, monotonic() - began)


def _judged(fault: Fault, trial: Trial, checker: Checker, seconds: float) -> Row:
    installation = trial.installation
    if not installation.server.running():
        installation.restart_database()
    with closing(installation.connect()) as connection, connection.cursor() as cursor:
        found = checker.check(
            cursor,
            run=trial.run,
            acknowledged=trial.acknowledged,
            schemas=installation.schemas(),
        )
    judge(trial, found)
    return Row(
        fault=fault.name,
        verdict=FAILS if trial.broken else HOLDS,
        requests=trial.statuses.total(),
        acknowledged=len(trial.acknowledged),
        lost=len(found.lost),
        doubled=len(found.doubled),
        half_written=len(found.half_written),
        errors_500=trial.statuses[500],
        longest_wait=round(trial.longest_wait, 1),
        limit=trial.limit,
        seconds=round(seconds, 1),
        remarks=[*trial.broken, *trial.notes],
    )


def _end_all(installation: Installation) -> None:
    print("    this takes too long: its processes are ended", flush=True)
    OVER.set()
    installation.end_processes()


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/dev faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="Only these faults.")
    parser.add_argument("--list", action="store_true", help="The names, and what each does.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="Of load with each fault.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="Where the installation lies.")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
