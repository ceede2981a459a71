"""What bin/test and bin/dev test_files share: a server for tests, and databases of one run."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from _bootstrap import PYTHON, ROOT, VAR, Failed, say
from _processes import build_static, compile_catalogues, database, run

if TYPE_CHECKING:
    from config.embedded_postgres import EmbeddedPostgres

# How pytest ends when every test of a file was left out by an option.
NO_TESTS = 5


@contextmanager
def suite_environment() -> Iterator[dict[str, str]]:
    """The environment of pytest, whose databases begin with a name that no other run has."""
    compile_catalogues()
    name = f"insaf_test_{os.getpid()}_run"
    with database(VAR / "postgres-test", durable=False) as (url, server):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": url,
            "TEST_DATABASE": name,
            "PYTHONPATH": str(ROOT),
        }
        if server:
            _drop_dead_runs(server)
        build_static(environment)
        try:
            yield environment
        finally:
            # pytest drops them itself, unless it was killed.
            if server:
                server.drop_databases(prefix=name)


def test_files(given: list[str]) -> int:
    """Run each test file in a pytest of its own, on a fresh copy of one prepared database."""
    times = 2 if "--twice" in given else 1
    options = [one for one in given if one.startswith("-") and one != "--twice"]
    files = _files([one for one in given if not one.startswith("-")] or ["tests"])
    with suite_environment() as environment, _template(environment):
        failed = []
        for number, file in enumerate(files, 1):
            say(f"\n{number}/{len(files)} {file}")
            command = [str(PYTHON), "-m", "pytest", *options, file]
            codes = {run(command, environment) for _time in range(times)}
            if codes - {0, NO_TESTS}:
                failed.append(file)
    say(f"\n{len(files) - len(failed)} of {len(files)} files passed alone")
    for file in failed:
        say(f"failed: {file}")
    return 1 if failed else 0


@contextmanager
def _template(environment: dict[str, str]) -> Iterator[None]:
    environment["TEST_TEMPLATE"] = f"{environment['TEST_DATABASE']}_template"
    command = [str(PYTHON), "-m", "tests.databases"]
    if run([*command, "make"], environment):
        raise Failed("the database that the files share could not be made (see above)")
    try:
        yield
    finally:
        run([*command, "drop"], environment)


def _files(paths: Sequence[str]) -> list[str]:
    found: list[Path] = []
    for path in map(Path, paths):
        if not (ROOT / path).exists():
            raise Failed(f"there is no {path}")
        found += sorted((ROOT / path).rglob("test_*.py")) if (ROOT / path).is_dir() else [path]
    return [str(path.relative_to(ROOT) if path.is_absolute() else path) for path in found]


def _drop_dead_runs(server: "EmbeddedPostgres") -> None:
    """What runs that were killed have left; another run may be under way, so no more than that."""
    for name in server.databases():
        found = re.match(r"(insaf_test_(\d+)_run)", name)
        if found and not _alive(int(found[2])):
            server.drop_databases(prefix=found[1])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
