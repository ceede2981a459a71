"""Small defects, inserted one by one: which ways of running the tests catch them?

Defects in services, selectors, forms, views and templates are chosen at random, from lines that the
last commits have changed first. A process collects all tests; each defect is inserted into a fork
of this process. The fork runs tests, first those that ``bin/test --changed`` chooses, until
``bin/test --all``, ``bin/test`` and ``bin/test --changed`` have all caught the defect. A test that
starts its own processes does not see the defect. The bench needs a record of what tests execute
(``RECORD_EXECUTED=yes bin/test``); with ``--tests`` these tests alone are recorded first.
``python -m bench.defects`` prints a line for each defect, and one JSON object as its last line.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.defect_drawing import ROOT, Defect, Drawn, draw, with_frames
from bench.defect_runs import SLOTS, Plan
from bench.defect_stages import ALL, CHANGED, DEFAULT
from bench.installation import database_name, drop_database, execute, server_url
from bench.measuring import report, require

DRAWN = 200
LIMIT_SECONDS = 90.0
RECORD = ROOT / "var" / "tests"
KEPT = ("DATABASE_URL", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPYCACHEPREFIX")
Line = dict[str, object]


def main() -> None:
    """Choose defects, run the tests, and report; fail where a test fails without a defect."""
    arguments = _arguments()
    sys.path.insert(0, str(ROOT / "bin"))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="insaf-defects-") as name, _databases():
        folder = Path(name)
        environment = _environment(folder)
        record = _record(folder, environment, arguments.tests)
        drawn = _drawn(record, arguments)
        require(drawn.defects, "no test of the record executes anything that can be changed")
        plan = Plan(
            defects=drawn.defects, limit=arguments.limit, record=str(record), folder=name, answers=0
        )
        lines = list(_answers(plan, folder, environment, arguments.tests))
    for defect in drawn.unexecuted:
        print(f"{defect.shown()}: no test executes it")
    figures = _figures(drawn, lines)
    took = round(time.monotonic() - began)
    report("defects", figures | {"seed": arguments.seed, "seconds": took})
    if figures["unsound"] or figures["broken"]:
        raise SystemExit(1)


def _record(folder: Path, environment: dict[str, str], tests: list[str]) -> Path:
    """Return the record of the last run, or record the given tests first."""
    if not tests:
        return RECORD / "executed.json"
    own = environment | {"RECORD_EXECUTED": "yes", "EXECUTED_FOLDER": str(folder)}
    command = [sys.executable, "-m", "pytest", "-m", "not slow", *tests]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    require(done.returncode == 0, f"the tests fail without a defect:\n{done.stdout[-3000:]}")
    return folder / "executed.json"


def _drawn(record: Path, arguments: argparse.Namespace) -> Drawn:
    from _bootstrap import Failed  # noqa: PLC0415 - bin is in the path from here on
    from _changed import Unplaced, record_read  # noqa: PLC0415
    from _processes import git  # noqa: PLC0415

    def history(*command: str) -> str:
        try:
            return git(*command)
        except Failed:
            return ""

    try:
        executed = with_frames(record_read(record).executed)
    except Unplaced as reason:
        require(False, f"{reason}: RECORD_EXECUTED=yes bin/test makes it")
    names = frozenset[str]().union(*executed.values())
    return draw(
        count=min(DRAWN, arguments.sample),
        seed=arguments.seed,
        executed=names,
        is_whole=not arguments.tests,
        git=history,
    )


def _answers(
    plan: Plan, folder: Path, environment: dict[str, str], tests: list[str]
) -> Iterator[Line]:
    """Yield the lines that the pytest process reports, and print them."""
    reading, writing = os.pipe()
    file, log = folder / "plan.json", folder / "pytest.log"
    Plan(**{name: getattr(plan, name) for name in Plan.__slots__} | {"answers": writing}).write(
        file
    )
    options = ["-p", "bench.defect_runs", "-p", "no:cacheprovider", "--randomly-seed=1"]
    command = [sys.executable, "-m", "pytest", *options, "--randomly-dont-reorganize"]
    with log.open("w") as said, os.fdopen(reading) as answers:
        process = subprocess.Popen(
            [*command, *(tests or ["tests"])],
            cwd=ROOT,
            env=environment | {"DEFECTS_PLAN": str(file)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            pass_fds=[writing],
        )
        os.close(writing)
        try:
            yield from _read(answers, plan.defects)
        except BaseException:
            # SIGINT lets pytest end its forks first.
            process.send_signal(signal.SIGINT)
            process.wait()
            _tell_why(log)
            raise
        if process.wait():
            _tell_why(log)


def _tell_why(log: Path) -> None:
    """Print the end of pytest's output and of the forks' error output."""
    for file in (log, *sorted(log.parent.glob("*.error"))):
        print(file.read_text()[-3000:], file=sys.stderr)


def _read(answers: Iterator[str], defects: list[Defect]) -> Iterator[Line]:
    number = 0
    for text in answers:
        line: Line = json.loads(text)
        if line.get("is_complete"):
            return
        if "defect" in line:
            number += 1
            shown = shown_line(defects[int(str(line["defect"]))], line)
            print(f"{number}/{len(defects)} {shown}", flush=True)
        else:
            require(number, f"this fails without a defect: {line}")
            print(f"without a defect: {line}", flush=True)
        yield line
    require(False, "the process of pytest has ended early")


def shown_line(defect: Defect, line: Line) -> str:
    """Return a line: place, kind, who caught the defect, seconds, and the first failed test."""
    ways = caught_by(line)
    caught = f"caught by {', '.join(ways)}" if ways else "NOT CAUGHT"
    notes = {"is_hung": "a test never ended", "is_late": "time was up", "ended": "the fork ended"}
    told = "".join(f" ({note})" for name, note in notes.items() if line.get(name))
    return (
        f"{defect.shown()}: {caught}{told}, {line['seconds']} s {line.get('first') or ''}".rstrip()
    )


def caught_by(line: Line) -> list[str]:
    """Return the ways of running tests that caught a defect."""
    found = line.get("caught")
    return [str(way) for way in found] if isinstance(found, list) else []


def _figures(drawn: Drawn, lines: list[Line]) -> dict[str, object]:
    defects = [line for line in lines if "defect" in line]
    caught = Counter(way for line in defects for way in caught_by(line))
    by_kind = Counter(drawn.defects[int(str(line["defect"]))].layer for line in defects)
    missed = Counter(
        drawn.defects[int(str(line["defect"]))].layer
        for line in defects
        if DEFAULT not in caught_by(line) and ALL in caught_by(line)
    )
    return {
        "defects": len(defects),
        "unexecuted": len(drawn.unexecuted),
        "caught_all": caught[ALL],
        "caught_default": caught[DEFAULT],
        "caught_changed": caught[CHANGED],
        "share_default": round(caught[DEFAULT] / max(caught[ALL], 1), 3),
        "share_changed": round(caught[CHANGED] / max(caught[ALL], 1), 3),
        "late": sum(bool(line.get("is_late")) for line in defects),
        "by_layer": dict(by_kind),
        "missed_by_default": dict(missed),
        "unsound": sum("unsound" in line for line in lines),
        "broken": sum("ended" in line for line in defects),
    }


def _environment(folder: Path) -> dict[str, str]:
    """Return pytest's environment, without the settings of this process."""
    from _processes import source_hash  # noqa: PLC0415 - bin is in the path from here on

    template = os.environ.get("SUITE_TEMPLATE") or f"insaf_test_template_{source_hash()[:16]}"
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "DATABASE_URL": server_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "TEST_DATABASE": database_name("defects"),
        "SUITE_TEMPLATE": template,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
    }


@contextmanager
def _databases() -> Iterator[None]:
    """Drop the databases and roles of killed child processes at the end of the block."""
    try:
        yield
    finally:
        name = database_name("defects")
        for slot in range(SLOTS):
            for kind in ("", "own", "_template"):
                drop_database(server_url(), f"{name}{slot}{kind}")
        execute(
            server_url(),
            "DO $$ DECLARE name text; BEGIN"
            f" FOR name IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{name}')"
            " LOOP EXECUTE format('DROP ROLE %I', name); END LOOP; END $$",
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=DRAWN, help="So many of the 200.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="Seconds for each.")
    parser.add_argument("--tests", nargs="*", default=[], help="These alone, recorded first.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
