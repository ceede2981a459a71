"""A release for two thousand agencies: without a change, and with one new column under traffic.

Baseline: django-tenants' ``migrate_schemas``, agency by agency, for a sample of agencies while all
agencies exist; its time for all agencies is extrapolated from the sample (``--full`` runs it for
all, for hours). The new column is removed at the end. Prints one JSON object as its last line.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from bench.fleet import MANY, fleet
from bench.installation import static_ensure

RUNS = 5
SAMPLE = 4
TOMORROW = {"mail": "bench.one_field"}


def main() -> None:
    """Measure both ways: with nothing to do, then with a new column under traffic."""
    arguments = _arguments()
    with fleet(arguments.agencies) as codes:
        static_ensure()
        sample = codes if arguments.full else codes[: arguments.sample]
        noop = _noop(len(codes), sample, arguments.runs)
        addfield = _addfield(len(codes), sample, arguments.runs)
    print(
        json.dumps(
            {
                "bench": "migrate",
                "agencies": len(codes),
                "noop": noop,
                "addfield": addfield,
                "library_sample": len(sample),
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
            }
        )
    )


def _noop(number: int, sample: Sequence[str], runs: int) -> dict[str, object]:
    command = [sys.executable, "manage.py", "migrate_agencies"]
    ours = [_seconds(lambda: subprocess.run(command, check=True)) for _run in range(runs)]
    theirs = [_seconds(lambda code=code: _theirs(code)) for code in sample]  # type: ignore[misc]
    return _compared(ours, theirs, number)


def _addfield(number: int, sample: Sequence[str], runs: int) -> dict[str, object]:
    from django.test import override_settings  # noqa: PLC0415

    ours, traffic = [], {}
    with override_settings(MIGRATION_MODULES=TOMORROW):
        _forget()
        # An interrupted run may have left the new column.
        _take_back()
        for _run in range(runs):
            with _Traffic() as people:
                ours.append(_seconds(_migrate))
            traffic = people.told
            _take_back()
        theirs = [_seconds(lambda code=code: _theirs(code)) for code in sample]  # type: ignore[misc]
        _take_back()
    _forget()
    return _compared(ours, theirs, number) | {"traffic": traffic}


def _compared(ours: list[float], theirs: list[float], number: int) -> dict[str, object]:
    own, library = statistics.median(ours), statistics.median(theirs) * number
    return {
        "ratio": round(library / own),
        "ours_seconds": round(own, 2),
        "ours_range": [round(min(ours), 2), round(max(ours), 2)],
        "library_seconds": round(library),
        "library_per_agency": round(library / number, 3),
    }


def _migrate() -> None:
    from tenants.fleet.services.migrator.fleet_migration import fleet_migrate  # noqa: PLC0415

    report = fleet_migrate()
    if report.failed or len(report.migrated) != report.total or not report.total:
        raise RuntimeError(f"{len(report.migrated)} of {report.total}: {report.failed}")


def _theirs(code: str) -> None:
    from django_tenants.management.commands import migrate_schemas  # noqa: PLC0415

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    schema = f"a_{code.replace('-', '_')}"
    with as_owner():
        command = migrate_schemas.MigrateSchemasCommand()
        command.run_from_argv(
            ["manage.py", "migrate_schemas", f"--schema={schema}", "--verbosity=0", "--noinput"]
        )


def _take_back() -> None:
    """Remove the new column, its migration record and its version from every agency."""
    from django.db import connection, transaction  # noqa: PLC0415

    from tenants.agencies.selectors import agency_list  # noqa: PLC0415
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
    from tenants.isolation.schema_versions import code_version  # noqa: PLC0415

    names = list(agency_list().values_list("schema_name", flat=True))
    for start in range(0, len(names), 50):
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            for name in names[start : start + 50]:
                cursor.execute(
                    f'ALTER TABLE "{name}".mail_mail DROP COLUMN IF EXISTS note;'
                    f"DELETE FROM \"{name}\".django_migrations WHERE name = 'mail_note'"
                )
    today = code_version().migrations - {"mail.mail_note"}
    from tenants.isolation.schema_versions import Version  # noqa: PLC0415

    with as_owner():
        agency_list().update(version=Version(migrations=today).fingerprint)


def _forget() -> None:
    from tenants.isolation.schema_versions import code_version, source_digest  # noqa: PLC0415

    code_version.cache_clear()
    source_digest.cache_clear()


class _Traffic:
    """Users of the former release, who file and track in another process."""

    def __enter__(self) -> "_Traffic":
        """Start the process, and wait until its users send requests."""
        command = [sys.executable, "-m", "bench.traffic", os.environ["DATABASE_URL"], "120"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        return self

    def __exit__(self, *_failure: object) -> None:
        """End the process.

        Raises ``RuntimeError`` if a user's request failed.
        """
        out, _none = self.process.communicate()
        self.told: dict[str, object] = json.loads(out.splitlines()[-1])
        if self.told["problems"]:
            raise RuntimeError(f"people met errors: {self.told}")


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=MANY)
    parser.add_argument("--runs", type=int, default=RUNS, help="Of ours, each way.")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="Agencies for the library.")
    parser.add_argument("--full", action="store_true", help="The library on every agency.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
