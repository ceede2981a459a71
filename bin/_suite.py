"""The database server and environment variables of bin/test and bin/dev test_files."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from _bootstrap import PYTHON, ROOT, VAR
from _moved_clock import moved_clock
from _processes import (
    build_static,
    bytecode_environment,
    compile_catalogues,
    database,
    run,
    source_hash,
)

from bin.postgres.server import EmbeddedPostgres


@contextmanager
def suite_environment() -> Iterator[dict[str, str]]:
    """Yield the environment variables of pytest, with the name of a test database for this run."""
    compile_catalogues()
    name = f"insaf_test_{os.getpid()}_run"
    moved = moved_clock()
    folder = VAR / ("postgres-moved" if moved else "postgres-test")
    with database(folder, durable=False, environment=moved) as (url, server):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": url,
            "TEST_DATABASE": name,
            "PYTHONPATH": str(ROOT),
            **bytecode_environment(),
            **moved,
        }
        if server:
            _drop_dead_runs(server)
            # The name of a database that the first run makes, and that later runs with the same
            # sources copy.
            environment["SUITE_TEMPLATE"] = f"insaf_test_template_{source_hash()[:16]}"
        build_static(environment)
        try:
            yield environment
        finally:
            # If pytest was killed, pytest has not dropped its databases.
            if server:
                server.drop_databases(prefix=name)


def test_files(given: list[str]) -> int:
    """Run each test file in a separate process with a new database."""
    with suite_environment() as environment:
        environment["TEST_TEMPLATE"] = f"{environment['TEST_DATABASE']}_template"
        environment.pop("SUITE_TEMPLATE", None)
        return run([str(PYTHON), "-m", "tests.support.each_file", *given], environment)


def _drop_dead_runs(server: EmbeddedPostgres) -> None:
    """Drop the test databases of runs whose process has ended."""
    for name in server.databases():
        found = re.match(r"(insaf_test_(\d+)_run)", name)
        if found and not _alive(int(found[2])):
            server.drop_databases(prefix=found[1])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        # A PermissionError means that the process runs and belongs to another user.
        return isinstance(error, PermissionError)
    return True
