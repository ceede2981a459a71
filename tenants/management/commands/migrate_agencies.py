"""The command that migrates the schemas of agencies to the version of the code."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from django.core.management.base import CommandError

from tenants.fleet.services.migrator.agency_groups import fleet_groups
from tenants.fleet.services.migrator.fleet_migration import (
    CONNECTIONS,
    AnotherRun,
    Report,
    fleet_migrate,
)
from tenants.fleet.services.migrator.record import (
    MigrationNotAtomic,
    PythonStep,
    migration_plan_record,
)
from tenants.management.base import DomainCommand

BAR_WIDTH = 30
AGENCIES_PER_LINE = 100
UP_TO_DATE = "every agency is up to date"


class Command(DomainCommand):
    """``manage.py migrate_agencies [--agency CODE]``; a stopped run can be repeated."""

    help = "Apply migrations to the schemas of agencies, several at a time."
    # System checks are off, because they import all pages, which takes longer than finding no work.
    requires_system_checks = []
    arguments = {
        "--agency": {
            "action": "append",
            "default": [],
            "help": "One agency's code; may be repeated.",
        },
        "--plan": {"action": "store_true", "help": "Only show which agency lacks what."},
        "--dry-run": {
            "action": "store_true",
            "help": "Show the SQL, tried on one agency and undone.",
        },
        "--connections": {
            "type": int,
            "default": CONNECTIONS,
            "help": f"At a time ({CONNECTIONS}).",
        },
    }

    def handle(
        self,
        *args: str,
        agency: list[str],
        plan: bool,
        dry_run: bool,
        connections: int,
        **options: object,
    ) -> None:
        """Migrate the agencies and print the progress, or only show the missing migrations.

        The exit code is 1 if an agency has failed or the run was stopped.
        """
        if plan or dry_run:
            self._show(agency, with_sql=dry_run)
            return
        began = time.monotonic()
        with _stop_on_signals() as stop:
            try:
                report = fleet_migrate(
                    codes=agency,
                    connections=max(1, connections),
                    stop=stop,
                    on_progress=self._progress,
                )
            except (AnotherRun, MigrationNotAtomic) as refusal:
                raise CommandError(f"{type(refusal).__name__}: {refusal}") from None
        self._conclude(report, time.monotonic() - began)

    def _show(self, agency: list[str], *, with_sql: bool) -> None:
        if not (groups := fleet_groups(codes=agency)):
            self.stdout.write(UP_TO_DATE)
        for group in groups:
            self.stdout.write(f"{len(group.agencies)} agencies lack {', '.join(group.missing)}")
            if with_sql:
                for step in migration_plan_record(canary=group.agencies[0]).steps:
                    text = "-- Python" if isinstance(step, PythonStep) else step.sql
                    self.stdout.write(f"{text};")

    def _progress(self, report: Report, code: str) -> None:
        done = len(report.migrated) + len(report.failed)
        if code in report.failed:
            self.stderr.write(f"{code}: {report.failed[code]}")
        if self.stdout.isatty():
            bar = ("#" * (BAR_WIDTH * done // report.total)).ljust(BAR_WIDTH, ".")
            self.stdout.write(f"\r[{bar}] {done} of {report.total}", ending="")
            self.stdout.flush()
        elif done % AGENCIES_PER_LINE == 0:
            self.stdout.write(f"{done} of {report.total}")

    def _conclude(self, report: Report, seconds: float) -> None:
        if self.stdout.isatty() and report.total:
            self.stdout.write("")
        self.stdout.write(
            f"{len(report.migrated)} agencies migrated in {seconds:.1f} s"
            if report.total
            else UP_TO_DATE
        )
        if left := report.total - len(report.migrated) - len(report.failed):
            raise CommandError(f"stopped: {left} agencies are left for the next run")
        if report.failed:
            names = ", ".join(sorted(report.failed))
            raise CommandError(f"{len(report.failed)} agencies failed and are closed: {names}")


@contextmanager
def _stop_on_signals() -> Iterator[Event]:
    stop = Event()
    former = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
