"""The command that lists merges of requests not proved to be of one person, or ends a merge."""

from typing import Any

from shared.kernel.actors import SYSTEM
from shared.kernel.references import reference_parse
from tenants.agencies.selectors import agency_by_code, agency_list
from tenants.case_access.services.joined_requests import merge_part, merges_unproved
from tenants.isolation.errors import AgencyUnreachable, AgencyUpdating
from tenants.management.base import DomainCommand
from tenants.models import Agency


class Command(DomainCommand):
    """``manage.py merged_requests [--agency roads] [--end REFERENCE]``.

    The output names no person. docs/runbooks/merged-requests.md explains the use.
    """

    help = "List merged requests of which nobody knows that they are of one person, or end a merge."
    arguments = {
        "--agency": {"help": "Only those of one agency."},
        "--end": {
            "metavar": "REFERENCE",
            "help": "End the merge of this request, the first of a line. Its citizen and that of "
            "the other request are told, neither which the other one was.",
        },
    }

    def handle(self, *args: Any, agency: str | None, end: str | None, **options: Any) -> None:
        """Print each merge without proof: agency, merged request, main request, state, reason.

        With ``end``, end the merge of a request instead, even of a request that is not printed.
        """
        if end is not None:
            merge_part(reference=reference_parse(end), actor=SYSTEM)
            self.stdout.write("The merge has been ended; both citizens are told.")
            return
        total = 0
        for one in agency_list() if agency is None else [agency_by_code(agency)]:
            total += self._list(one)
        self.stdout.write(f"{total} merges without proof.")

    def _list(self, agency: Agency) -> int:
        try:
            found = merges_unproved(agency=agency)
        except (AgencyUpdating, AgencyUnreachable):
            self.stderr.write(f"{agency.code}: cannot be asked now, left out")
            return 0
        for one in found:
            state = "open" if one.pair.is_open else "answered"
            self.stdout.write(
                f"{agency.code} {one.pair.reference} {one.pair.main} {state} {one.tie}"
            )
        return len(found)
