"""Give many organisations workspaces of their own, from a list."""

from argparse import ArgumentParser
from pathlib import Path
from typing import cast

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from shared.jobs.enums import JobState
from shared.jobs.services.work import job_next
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from shared.ui.messages import code_message
from tenants.fleet.services.bulk_creation import bulk_ask, bulk_read
from tenants.fleet.types import BulkList
from tenants.isolation.checks import operator_check


class Command(BaseCommand):
    """``manage.py create_agencies communes.csv --dry-run``, under the owner's login."""

    help = "Create the workspaces of a CSV list; stopped midway, the operator process goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The list, and whether it is only checked."""
        parser.add_argument("file", type=Path, help="CSV with a column called organisation.")
        parser.add_argument("--dry-run", action="store_true", help="Check it and make nothing.")

    def handle(self, *args: str, file: Path, dry_run: bool, **options: object) -> None:
        """Tell what is wrong by line; make the rest unless it was only to be checked."""
        try:
            sheet = bulk_read(content=file.read_bytes())
        except (OSError, DomainError) as error:
            raise CommandError(f"{getattr(error, 'code', 'unreadable')}: {error}") from None
        self._tell(sheet)
        if dry_run:
            if sheet.faults:
                raise CommandError(f"{len(sheet.faults)} faults")
            return
        if sheet.rows:
            operator_check()
            self._make(sheet)

    def _make(self, sheet: BulkList) -> None:
        asked = bulk_ask(rows=sheet.rows, actor=SYSTEM)
        self.stdout.write(f"job {asked.id}")
        done = job_next(worker=uuid7().hex, only=asked.id)
        if done is None:
            self.stdout.write("the operator process is at it")
            return
        refused = cast(list[dict[str, object]], done.result.get("refused", []))
        for one in refused:
            self.stderr.write(f"line {one['line']}: {one['code']}: {one['fault']}")
        self.stdout.write(f"{done.result.get('made', 0)} made, {len(refused)} refused")
        if done.state is not JobState.DONE:
            raise CommandError(f"{done.fault}: {done.fault_text}")

    def _tell(self, sheet: BulkList) -> None:
        with override("en"):
            for one in sheet.faults:
                sentence = code_message(one.code)
                self.stderr.write(f"line {one.line}: {one.column} {one.value!r}: {sentence}")
        self.stdout.write(f"{len(sheet.rows)} can be made")
