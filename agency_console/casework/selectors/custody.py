"""Selectors of the offers, custody, parts and merges of a case for its page."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from agency_console.access.permissions import may_handle
from agency_console.access.selectors import references_open
from agency_console.casework.selectors.case_facts import case_about, case_header
from agency_console.casework.selectors.thread import case_history
from agency_console.casework.types import (
    CaseMerges,
    CaseOffer,
    CaseOffers,
    CaseStub,
    CustodyLine,
    CutOut,
    DeclinedOffer,
    MergedCase,
    MergePair,
    MergeSide,
)
from shared.accounts.models import User
from shared.complaints.enums import EventKind, Kind, Language, Status
from shared.complaints.selectors import (
    cases_merged_into,
    events_on_record,
    main_case,
    merged_parts,
)
from shared.complaints.selectors.custody import custody_steps, cut_out
from shared.complaints.types import OVERSIGHT
from shared.kernel import clock
from shared.ui.links import page_language
from shared.units.selectors import unit_scope
from tenants.agencies.selectors import agency_info, agency_name_of_code
from tenants.case_access.services.same_person import mailboxes_proved, person_links
from tenants.custody.selectors import arbitration_of, offers_of_case
from tenants.custody.services.offers import NOT_ACCEPTED
from tenants.custody.types import OfferSummary
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent

# A case with any of these events has declined offers.
DECLINED = (EventKind.TRANSFER_REFUSED, EventKind.TRANSFER_LAPSED)


def case_offers(
    case: "Complaint", events: "Sequence[ComplaintEvent]", *, agency: Agency
) -> CaseOffers:
    """Return a case's open offer, or its question to oversight, and its declined offers.

    No query for a case that was never offered, at most four queries for another case.
    """
    was_declined = any(one.kind in DECLINED for one in events)
    is_asked = case.offered_to == OVERSIGHT
    made = (
        offers_of_case(reference=case.reference, agency=agency)
        if was_declined or (case.offered_to and not is_asked)
        else []
    )
    declined = tuple(map(_declined, (one for one in made if one.state in NOT_ACCEPTED)))
    return CaseOffers(asked=_asked(case) if is_asked else _open_offer(made), declined=declined)


def _asked(case: "Complaint") -> CaseOffer:
    asked = arbitration_of(reference=case.reference)
    return CaseOffer(offer_id=None, receiver="", answer_by=asked.due_on if asked else None)


def _declined(offer: OfferSummary) -> DeclinedOffer:
    return DeclinedOffer(offer=offer, agency=offer.receiver.name(page_language()))


def _open_offer(made: Sequence[OfferSummary]) -> CaseOffer | None:
    found = next((one for one in made if one.is_open), None)
    if found is None:
        # The offer has ended since the case was read.
        return None
    return CaseOffer(
        offer_id=found.id, receiver=found.receiver.name(page_language()), answer_by=found.answer_by
    )


def case_custody(events: "Sequence[ComplaintEvent]", *, agency: Agency) -> tuple[CustodyLine, ...]:
    """Return the agencies that had the case, with days; empty if only this agency had the case."""
    language = page_language()
    here = agency_info(agency).name(language)
    return tuple(
        CustodyLine(
            agency=agency_name_of_code(code=step.agency_code, language=language)
            if step.agency_code
            else here,
            step=step,
        )
        for step in custody_steps(events, today=clock.today())
    )


def parts_of_case(case: "Complaint", events: "Sequence[ComplaintEvent]") -> CutOut | None:
    """Return the parts cut out of a case, or the case from which a part was cut out.

    Return ``None`` without a query for a case that was not split.
    """
    if case.cut_from_id is None and not any(one.kind == EventKind.SPLIT for one in events):
        return None
    whole, is_whole_open, parts = cut_out(case)
    return CutOut(
        whole=whole,
        parts=parts,
        is_given_back=case.is_given_back,
        may_give_back=is_whole_open and case.is_open and case.offered_to != OVERSIGHT,
    )


def case_stub(case: "Complaint", *, typed: Sequence[tuple[str, str]] = ()) -> CaseStub:
    """Return the data that is left of a case that another agency has now; one query."""
    events = events_on_record(case)
    handed = [one.at for one in events if one.kind == EventKind.TRANSFERRED]
    return CaseStub(
        reference=case.reference,
        kind=Kind(case.kind),
        language=Language(case.language),
        agency=agency_name_of_code(code=case.handed_to, language=page_language()),
        handed_at=handed[-1] if handed else None,
        history=case_history(events, is_open=False),
        typed=typed,
    )


def merged_seen(
    case: "Complaint", *, events: "Iterable[ComplaintEvent]", officer: User
) -> "tuple[CaseMerges | None, list[Complaint]]":
    """Return the merges of a case, and the cases merged into it that the officer may open.

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


def references_seen(events: "Iterable[ComplaintEvent]", *, officer: User) -> frozenset[str]:
    """Return the references in merge events that the officer may see; at most one query.

    An officer may not see even the reference of a case of another unit.
    """
    named = {event.merged_with for event in events if event.merged_with}
    if not named:
        return frozenset()
    return references_open(named, officer=officer, scope=unit_scope(user=officer))


def merge_pair(case: "Complaint", other: "Complaint", *, agency: Agency) -> MergePair:
    """Return two cases side by side before they are merged; seven queries.

    The main case is the case whose legal term ends first; with equal terms, ``case``.
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
