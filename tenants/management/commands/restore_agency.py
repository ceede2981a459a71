"""The command that restores an agency from its export."""

from pathlib import Path
from threading import Event
from typing import Any, cast

from django.core.management.base import CommandError

from shared.jobs.enums import JobState
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import job_next
from shared.jobs.types import JobSummary
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from tenants.agency_export.services.requests import restore_ask
from tenants.agency_export.services.restore_order import STATES, RestoreOrder
from tenants.isolation.checks import operator_check
from tenants.management.base import DomainCommand
from tenants.models.enums import AgencyState

POLL_SECONDS = 0.5
KEY_ARGUMENT = {"type": Path, "help": "FILE.key unless another is named."}
ORDER_TEXTS = {
    "sha256": "Of the file that is meant; blank only for one that this installation has made.",
    "host": "Another host than CODE.DOMAIN.",
    "reason": "Why it is suspended or archived, as its staff read it.",
    "successor": "Who answers for its organisations, if it is archived.",
}


class Command(DomainCommand):
    """``manage.py restore_agency FILE``, with the owner's login.

    The agency's state and bodies are arguments, because the file does not decide about them.
    """

    help = "Restore an agency from its bundle; killed, run_operator goes on with it."
    arguments = {
        "file": {"type": Path},
        "--key": KEY_ARGUMENT,
        "--code": {"required": True, "help": "Which agency it shall be."},
        "--state": {
            "required": True,
            "type": AgencyState,
            "choices": STATES,
            "metavar": "{" + ",".join(STATES) + "}",
            "help": "Its state.",
        },
        **{f"--{name}": {"default": "", "help": text} for name, text in ORDER_TEXTS.items()},
        "--bodies": {
            "nargs": "+",
            "metavar": "BODY",
            "help": "Organisations that it answers for; without it, those under its code here.",
        },
        "--accept-loss": {
            "action": "store_true",
            "help": "Restore it although it got requests after the export was made.",
        },
    }

    def handle(
        self,
        *args: str,
        file: Path,
        key: Path | None,
        code: str,
        state: AgencyState,
        bodies: list[str] | None,
        accept_loss: bool,
        **options: Any,
    ) -> None:
        """Request the job that restores the agency, run the job, and print its result."""
        operator_check()
        job = restore_ask(
            file=file.resolve(),
            key_file=key_file_of(file, key).resolve(),
            order=RestoreOrder(
                code=code,
                state=state,
                bodies=None if bodies is None else tuple(bodies),
                accepts_loss=accept_loss,
                **{name: str(options[name]) for name in ORDER_TEXTS},
            ),
            actor=SYSTEM,
        )
        done = _finished(job)
        if done.state is not JobState.DONE:
            raise CommandError(f"{done.fault or done.state}: {done.fault_text}")
        for line in _lines(cast(dict[str, Any], done.result)):
            self.stdout.write(line)


def key_file_of(file: Path, key: Path | None) -> Path:
    """Return the path of an export's key. Raises ``CommandError`` if a file is missing."""
    key_file = key or file.with_name(f"{file.name}.key")
    for path in (file, key_file):
        if not path.is_file():
            raise CommandError(f"there is no {path}")
    return key_file


def _finished(job: JobSummary) -> JobSummary:
    """Run the job, or wait for a job runner that already runs the job; return the ended job."""
    worker, never = uuid7().hex, Event()
    while not (last := job_next(worker=worker, only=job.id) or job_summary(job_id=job.id)).is_ended:
        never.wait(POLL_SECONDS)
    return last


def _lines(result: dict[str, Any]) -> list[str]:
    lines = {
        (
            f"{result['code']} at {result['host']}: {result['rows']} rows, {result['files']} files"
        ): True,
        f"the bundle calls it {result['was']}: {' / '.join(result['names'])}": True,
        f"{result['missing']} files were missing when the bundle was made": result["missing"],
        (
            f"{result['sealed']} sealed identities, of which {result['sealed_shut']} do not open"
            " with this installation's VAULT_KEY"
        ): result["sealed"],
        (
            "LOOKUP_KEY is another one here: no receipt code and no e-mail opens its requests;"
            " see docs/runbooks/restore-one-agency.md"
        ): not result["same_lookup_key"],
        **_case_lines(result),
        f"it answers for: {' '.join(result['bodies_taken'])}": result["bodies_taken"],
        (
            f"it does not answer for: {' '.join(result['bodies_held'])}"
            " (--bodies, or the directory, gives free ones to it)"
        ): result["bodies_held"],
        f"passwords are in no bundle: invite_staff {result['code']} writes to its staff": True,
        "every checksum is right": True,
    }
    tables = [f"{one['sha256']}  {one['member']}  {one['rows']} rows" for one in result["tables"]]
    return [*tables, *(line for line, is_shown in lines.items() if is_shown)]


def _case_lines(result: dict[str, Any]) -> dict[str, Any]:
    """Return lines about changes after the export, as a dict: line -> whether it is printed."""
    return {
        (
            f"{result['cases_left']} cases were handed over to other administrations after the"
            " export was made: they stay with those who hold them, and their texts were not used"
        ): result["cases_left"],
        (
            f"{result['cases_lost']} requests came after the export was made: they are not in it"
            " and are lost, in the figures too"
        ): result["cases_lost"],
        (
            f"{result['days_lost']} requests came and were handed over after the export was made:"
            " nothing of them is lost but the days here, in the figures"
        ): result["days_lost"],
        (
            f"{result['rows_repaired']} rows held values that nobody could read: they have safe"
            " ones now"
        ): result["rows_repaired"],
        (
            f"{result['offers_ended']} offers to other administrations, or questions to national"
            " oversight, were open in the export and have ended: make them again"
        ): result["offers_ended"],
    }
