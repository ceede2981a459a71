"""Bring an agency back from its bundle."""

from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError

from shared.jobs.enums import JobState
from shared.jobs.selectors import job_summary
from shared.jobs.services.work import job_next
from shared.jobs.types import JobSummary
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from tenants.agency_export.services.requests import restore_ask
from tenants.agency_export.services.restore_order import STATES, RestoreOrder
from tenants.isolation.checks import operator_check
from tenants.models.enums import AgencyState

POLL_SECONDS = 0.5
TOLD = {
    "sha256": "Of the file that is meant; blank only for one that this installation has made.",
    "host": "Another host than CODE.DOMAIN.",
    "reason": "Why it is suspended or archived, as its staff read it.",
    "successor": "Who answers for its bodies, if it is archived.",
}


class Command(BaseCommand):
    """``manage.py restore_agency FILE``, under the owner's login."""

    help = "Restore an agency from its bundle; killed, run_operator goes on with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The bundle, its key, and what is decided of the agency: none of it is the bundle's."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, help="FILE.key unless told otherwise.")
        parser.add_argument("--code", required=True, help="Which agency it shall be.")
        parser.add_argument(
            "--state",
            required=True,
            type=AgencyState,
            choices=STATES,
            metavar="{" + ",".join(STATES) + "}",
            help="How it shall stand.",
        )
        for name, what in TOLD.items():
            parser.add_argument(f"--{name}", default="", help=what)
        parser.add_argument(
            "--bodies",
            nargs="+",
            metavar="BODY",
            help="Which bodies it answers for; without it, those that stand under its code here.",
        )

    def handle(
        self,
        *args: str,
        file: Path,
        key: Path | None,
        code: str,
        state: AgencyState,
        bodies: list[str] | None,
        **options: Any,
    ) -> None:
        """Ask for the work, do it here, and say what came of it."""
        operator_check()
        key_file = key or file.with_name(f"{file.name}.key")
        for path in (file, key_file):
            if not path.is_file():
                raise CommandError(f"there is no {path}")
        order = RestoreOrder(
            code=code,
            state=state,
            bodies=None if bodies is None else tuple(bodies),
            **{name: str(options[name]) for name in TOLD},
        )
        try:
            job = restore_ask(
                file=file.resolve(), key_file=key_file.resolve(), order=order, actor=SYSTEM
            )
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from None
        done = _worked(job)
        if done.state is not JobState.DONE:
            raise CommandError(f"{done.fault or done.state}: {done.fault_text}")
        for line in _lines(done):
            self.stdout.write(line)


def _worked(job: JobSummary) -> JobSummary:
    """The job at its end: an operator process may have been quicker to take it."""
    worker, never = uuid7().hex, Event()
    while not (look := job_next(worker=worker, only=job.id) or job_summary(job_id=job.id)).is_ended:
        never.wait(POLL_SECONDS)
    return look


def _lines(done: JobSummary) -> list[str]:
    told = cast(dict[str, Any], done.result)
    lines = [f"{one['sha256']}  {one['member']}  {one['rows']} rows" for one in told["tables"]]
    lines.append(f"{told['code']} at {told['host']}: {told['rows']} rows, {told['files']} files")
    lines.append(f"the bundle calls it {told['was']}: {' / '.join(told['names'])}")
    if told["missing"]:
        lines.append(f"{told['missing']} files were missing when the bundle was made")
    if told["sealed"]:
        lines.append(
            f"{told['sealed']} sealed identities, of which {told['sealed_shut']} do not open"
            " with this installation's VAULT_KEY"
        )
    if not told["same_lookup_key"]:
        lines.append(
            "LOOKUP_KEY is another one here: no receipt code and no e-mail opens its requests;"
            " see docs/runbooks/restore-one-agency.md"
        )
    if told["bodies_taken"]:
        lines.append(f"it answers for: {' '.join(told['bodies_taken'])}")
    if told["bodies_held"]:
        lines.append(
            f"it does not answer for: {' '.join(told['bodies_held'])}"
            " (--bodies, or the directory, gives free ones to it)"
        )
    lines.append(f"passwords are in no bundle: invite_staff {told['code']} writes to its staff")
    lines.append("every checksum is right")
    return lines
