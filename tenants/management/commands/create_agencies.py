"""The command that creates the workspaces of the organisations in a CSV file."""

from pathlib import Path
from typing import cast

from django.core.management.base import CommandError
from django.utils.translation import override

from shared.jobs.enums import JobState
from shared.jobs.services.job_runner import job_next
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from shared.ui.messages import code_message
from tenants.fleet.services.bulk_creation import bulk_ask, bulk_read
from tenants.fleet.types import BulkList
from tenants.isolation.checks import operator_check
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py create_agencies communes.csv --dry-run``, with the owner's login."""

    help = "Create the workspaces of a CSV list; stopped midway, the job runner goes on with it."
    arguments = {
        "file": {"type": Path, "help": "CSV with a column called organisation."},
        "--dry-run": {"action": "store_true", "help": "Check the list and create nothing."},
    }

    def handle(self, *args: str, file: Path, dry_run: bool, **options: object) -> None:
        """Print the faults of the file; unless ``dry_run``, create the other lines' workspaces."""
        try:
            found = bulk_read(content=file.read_bytes())
        except OSError as error:
            raise CommandError(f"unreadable: {error}") from None
        with override("en"):
            for one in found.faults:
                sentence = code_message(one.code)
                self.stderr.write(f"line {one.line}: {one.column} {one.value!r}: {sentence}")
        self.stdout.write(f"{len(found.rows)} can be made")
        if dry_run and found.faults:
            raise CommandError(f"{len(found.faults)} faults")
        if found.rows and not dry_run:
            operator_check()
            self._create(found)

    def _create(self, found: BulkList) -> None:
        job = bulk_ask(rows=found.rows, actor=SYSTEM)
        self.stdout.write(f"job {job.id}")
        if (done := job_next(worker=uuid7().hex, only=job.id)) is None:
            self.stdout.write("the job runner is doing it")
            return
        refused = cast(list[dict[str, object]], done.result.get("refused", []))
        for one in refused:
            self.stderr.write(f"line {one['line']}: {one['code']}: {one['fault']}")
        self.stdout.write(f"{done.result.get('made', 0)} made, {len(refused)} refused")
        if done.state is not JobState.DONE:
            raise CommandError(f"{done.fault}: {done.fault_text}")
