"""The separation of agencies: reads by many threads with a detector, and inserted defects.

Threads of two processes enter agencies by turns and read rows, while blocks fail, transactions are
rolled back and connections end; a detector searches every row for another agency's word. It must
find leaks that are caused on purpose. Then each defect of bench/mutations.py is inserted into a
copy of the code, and the tests that must notice it run there with their own database.
``python -m bench.isolation`` prints one JSON object as its last line; it fails if another leak is
found or if a defect stays unnoticed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.installation import (
    database_name,
    drop_database,
    empty_database,
    execute,
    prepare,
    server_url,
)
from bench.measuring import report, require
from bench.mutation import Mutation
from bench.mutations import mutations
from bench.schema_leak import read_by_turns, seeded_leaks

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
# Parts of the messages with which PostgreSQL refuses access.
REFUSALS = ("permission denied", "row-level security", "must be owner", '" does not exist')
FIRST_CHECKS = "WorkspaceIncomplete: "
SECONDS_EACH = 120
NOTICED_BY = ("test", "database", "workspace")
KEPT = ("DATABASE_URL", "HOME", "LANG", "LD_LIBRARY_PATH", "PATH")


def main() -> None:
    """Read, seed leaks, and put defects in; fail if a defect stays unnoticed or data leaks."""
    arguments = _arguments()
    before = os.environ | {"DATABASE_URL": server_url()}
    read: dict[str, object] = {}
    if arguments.reads:
        with tempfile.TemporaryDirectory() as media, _agencies(arguments.agencies, media) as codes:
            read = _read(codes, arguments)
    caught = _put_in(before, arguments.only)
    report("isolation", read | caught)
    is_clean = not read or (read["foreign_rows"], read["seeded_leak_found"]) == (0, True)
    if not is_clean or caught["mutations_caught"] != caught["mutations"]:
        raise SystemExit(1)


def _read(codes: list[str], arguments: argparse.Namespace) -> dict[str, object]:
    began = time.monotonic()
    seen = read_by_turns(
        codes, reads=arguments.reads, processes=arguments.processes, threads=arguments.threads
    )
    seconds = time.monotonic() - began
    leaks = seeded_leaks(codes)
    return {
        "reads": seen["reads"],
        "rows": seen["rows"],
        "foreign_rows": seen["foreign"],
        "reads_without_own_word": seen["lost"],
        "switches": seen["switches"],
        "disturbed": {name: seen[name] for name in ("error", "failure", "rollback", "close")},
        "agencies": len(codes),
        "threads": arguments.processes * arguments.threads,
        "seconds": round(seconds, 1),
        "seeded_leak_found": all(leaks.values()),
        "seeded_leaks": leaks,
    }


@contextmanager
def _agencies(count: int, media: str) -> Iterator[list[str]]:
    """Make a database with ``count`` agencies that have a canary each; drop it after the block."""
    # The canaries' files must not be stored in the folder of the demonstration's files.
    os.environ["MEDIA_ROOT"] = media
    with empty_database(database_name("isolation")):
        prepare()
        yield _planted(count)


def _planted(count: int) -> list[str]:
    from django.db import connections  # noqa: PLC0415

    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agencies_create  # noqa: PLC0415
    from tests.tenants.isolation.canaries import plant, plant_national  # noqa: PLC0415

    codes = [f"body-{number:03}" for number in range(count)]
    infos = [AgencyInfo(code=one, name_ar=one, name_fr=one, name_en=one) for one in codes]
    require(not agencies_create(infos=infos, actor=SYSTEM), "an agency could not be made")
    plant_national()
    for agency in agency_list():
        plant(agency)
    # The reading processes open their own connections and must not share this connection.
    connections.close_all()
    return codes


def _put_in(environment: Mapping[str, str], only: str) -> dict[str, object]:
    """Test each defect in turn, and print each result to standard error."""
    chosen = [one for one in mutations() if only in one.name] if only != "none" else []
    by: Counter[str] = Counter()
    survivors: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="insaf-mutation-") as folder:
        copy = Path(folder) / "insaf"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for name in ("static", "static-build"):
            (copy / "var" / name).mkdir(parents=True)
        ours = _environment(environment, copy)
        tests = sorted({test for one in chosen for test in one.tests})
        sound = _tested(copy, ours, tests) if tests else ""
        require(not sound, f"the tests fail without a defect:\n{sound}")
        for number, one in enumerate(chosen, 1):
            began = time.monotonic()
            found = _noticed(copy, ours, one)
            seconds = time.monotonic() - began
            slowest = max(slowest, seconds)
            by[found] += 1
            survivors += [one.name] * (found == "nobody")
            line = f"{number:2}/{len(chosen)} {one.name}: {found} ({seconds:.1f} s)"
            print(line, file=sys.stderr, flush=True)
        _drop(environment["DATABASE_URL"])
    return {
        "mutations": len(chosen),
        "mutations_caught": len(chosen) - len(survivors),
        "caught_by": {who: by[who] for who in NOTICED_BY},
        "survivors": survivors,
        "slowest_mutation_seconds": round(slowest, 1),
    }


def _noticed(copy: Path, environment: Mapping[str, str], one: Mutation) -> str:
    """Put a defect into the copy of the code; return who notices the defect (``noticed_by``)."""
    require(not one.misfits(copy), f"{one.name!r} no longer fits: {one.misfits(copy)}")
    original = (copy / one.file).read_bytes()
    one.put_into(copy)
    try:
        told = _tested(copy, environment, one.tests)
    finally:
        (copy / one.file).write_bytes(original)
    return noticed_by(told, one.name)


def noticed_by(told: str, name: str) -> str:
    """Return who noticed a defect, by pytest's output.

    The result is "database", "workspace", "test" or "nobody". Raises ``Unfit`` where the code with
    the defect does not even start, because that proves nothing.
    """
    if not told:
        return "nobody"
    errors = "\n".join(line for line in told.splitlines() if line.startswith("E  "))
    if any(refusal in errors for refusal in REFUSALS):
        return "database"
    # The first checks of a new workspace have failed, so the tests' installation was not made.
    if FIRST_CHECKS in errors:
        return "workspace"
    require("\nFAILED " in told, f"{name!r} breaks more than it should:\n{told}")
    return "test"


def _tested(copy: Path, environment: Mapping[str, str], tests: list[str] | tuple[str, ...]) -> str:
    """Run tests in the copy of the code; return pytest's output of failures, or an empty text."""
    _drop(environment["DATABASE_URL"])
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_EACH,
        check=False,
    )
    return f"\n{done.stdout}{done.stderr}" if done.returncode else ""


def _environment(environment: Mapping[str, str], copy: Path) -> dict[str, str]:
    """Return the environment for tests of the copy, without the settings of this process."""
    return {name: environment[name] for name in KEPT if name in environment} | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "TEST_DATABASE": database_name("mutation"),
        "PYTHONPATH": str(copy),
        "TMPDIR": str(copy.parent),
    }


def _drop(url: str) -> None:
    """Drop the database and its roles, because old roles would hide a missing grant."""
    name = database_name("mutation")
    drop_database(url, name)
    execute(
        url,
        "DO $$ DECLARE name text; BEGIN"
        f" FOR name IN SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{name}_')"
        " LOOP EXECUTE format('DROP ROLE %I', name); END LOOP; END $$",
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reads", type=int, default=300_000, help="At least so many; 0 for none.")
    parser.add_argument("--agencies", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="Of each process.")
    parser.add_argument("--only", default="", help='Defects with this in their name; "none".')
    return parser.parse_args()


if __name__ == "__main__":
    main()
