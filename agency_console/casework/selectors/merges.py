"""With which cases a case is merged, and two cases before they are."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from agency_console.access.permissions import may_handle
from agency_console.casework.selectors.case_facts import case_about, case_header
from agency_console.casework.types import CaseMerges, MergedCase, MergePair, MergeSide
from shared.accounts.models import User
from shared.complaints.enums import Status
from shared.complaints.selectors import (
    cases_merged_into,
    cases_referenced,
    main_case,
    merged_parts,
    scope_condition,
)
from shared.units.selectors import unit_scope
from tenants.case_access.services.same_person import mailboxes_proved, person_links
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent


def merged_seen(
    case: "Complaint", *, events: "Iterable[ComplaintEvent]", officer: User
) -> "tuple[CaseMerges | None, list[Complaint]]":
    """With which cases a case is merged, and those merged into it that the officer may open.

    No query for a case that was never merged.
    """
    main, others = main_case(case), cases_merged_into(case, events=events)
    if main is None and not others:
        return None, []
    scope = unit_scope(user=officer)

    def is_seen(one: "Complaint") -> bool:
        return one.assignee_id == officer.pk or scope.holds(one.unit_id)

    def told(one: "Complaint") -> MergedCase:
        return MergedCase(
            reference=one.reference,
            subject=one.subject,
            status=Status(one.status),
            due_on=one.due_on,
            version=one.version,
            may_undo=one.is_merged and may_handle(one, officer) and may_handle(case, officer),
        )

    seen = [one for one in others if is_seen(one)]
    shown_main = main if main is not None and is_seen(main) else None
    merges = CaseMerges(
        main=told(shown_main) if shown_main else None,
        others=tuple(map(told, seen)),
        hidden=len(others) - len(seen) + (main is not shown_main),
        is_merged=case.is_merged,
        may_undo=case.is_merged
        and shown_main is not None
        and may_handle(case, officer)
        and may_handle(shown_main, officer),
    )
    return merges, seen


def references_seen(events: "Iterable[ComplaintEvent]", *, officer: User) -> set[str]:
    """Of the cases that events of a merge name, those that the officer may open; a query or none.

    Of a case of another unit not even the reference.
    """
    named = {event.merged_with for event in events if event.merged_with}
    if not named:
        return set()
    may_open = scope_condition(unit_scope(user=officer), user_id=officer.pk)
    rows = cases_referenced(named).filter(may_open)
    return set(rows.values_list("reference", flat=True))


def merge_pair(case: "Complaint", other: "Complaint", *, agency: Agency) -> MergePair:
    """Two cases side by side before they are merged; seven queries.

    The one whose legal term ends first goes on; where both end on one day, ``case``.
    """
    days = (case.due_on, other.due_on)
    is_other = days[1] is not None and (days[0] is None or days[1] < days[0])
    main, merged = (other, case) if is_other else (case, other)
    parts = merged_parts((main, merged))
    link = person_links(agency=agency, reference=main.reference, others=[merged.reference])
    proved = mailboxes_proved(references=(main.reference, merged.reference))

    def side(one: "Complaint") -> MergeSide:
        return MergeSide(
            case=case_header(one),
            about=case_about(one, agency=agency),
            name=one.party.name,
            address=one.party.email,
            phone=one.party.phone,
            is_email_proved=one.reference in proved,
            received_at=one.received_at,
            messages=sum(row.complaint_id == one.pk for row in parts.messages),
            files=sum(row.complaint_id == one.pk for row in parts.attachments),
        )

    return MergePair(
        main=side(main),
        merged=side(merged),
        is_by_term=days[0] != days[1],
        link=link[merged.reference],
    )
