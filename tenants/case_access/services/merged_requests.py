"""Requests that were merged although nobody may know that they are of one person (decision 52)."""

from django.db import transaction

from shared.complaints import selectors as cases, services
from shared.kernel.actors import Actor
from shared.rows.selectors import found_or_refuse
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.routes import route_held
from tenants.case_access.services.same_person import person_links
from tenants.case_access.types import UnprovedMerge
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency


def merges_unproved(*, agency: Agency) -> list[UnprovedMerge]:
    """The merges of an agency that would be refused today, open or answered; four queries each."""
    with agency_context(agency):
        pairs = cases.merged_pairs()
    found = []
    for pair in pairs:
        links = person_links(agency=agency, reference=pair.main, others=[pair.reference])
        if not links[pair.reference].may_merge:
            found.append(UnprovedMerge(pair=pair, tie=links[pair.reference].tie))
    return found


@transaction.atomic
def merge_part(*, reference: str, actor: Actor) -> None:
    """End a merge: each request goes its own way, and its citizen is told without the other.

    With a line in the log of the agency for each of the two. Raises ``CaseNotFound``,
    ``CaseOnItsWay``, ``NotMerged`` or ``StaleCase``.
    """
    route = found_or_refuse(route_by_reference(reference), CaseNotFound(reference))
    with agency_context(route_held(route).agency):
        services.case_part(reference=reference, actor=actor)
