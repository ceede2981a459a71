"""Who is asked to take a case over, who had it before, and what is left once it has gone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agency_console.casework.selectors.thread import case_history
from agency_console.casework.types import (
    CaseOffer,
    CaseOffers,
    CaseStub,
    CustodyLine,
    CutOut,
    DeclinedOffer,
)
from shared.complaints.enums import EventKind, Kind, Language
from shared.complaints.selectors import events_on_record
from shared.complaints.selectors.custody import custody_steps, cut_out
from shared.complaints.types import OVERSIGHT
from shared.kernel import clock
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_info, agency_name_of_code
from tenants.custody.selectors import arbitration_of, offers_of_case
from tenants.custody.services.offers import NOT_ACCEPTED
from tenants.custody.types import OfferSummary
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent

# The events of which the answer to an offer says more.
DECLINED = (EventKind.TRANSFER_REFUSED, EventKind.TRANSFER_LAPSED)


def case_offers(
    case: "Complaint", events: "Sequence[ComplaintEvent]", *, agency: Agency
) -> CaseOffers:
    """The open offer of a case, or the question to national oversight; and what was not accepted.

    No query for a case that was never offered; else two, and two for a question to oversight.
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
        # It has ended a moment ago; the next page says how.
        return None
    name = found.receiver.name(page_language())
    return CaseOffer(offer_id=found.id, receiver=name, answer_by=found.answer_by)


def case_custody(events: "Sequence[ComplaintEvent]", *, agency: Agency) -> tuple[CustodyLine, ...]:
    """Each administration that had a case, with its days; nothing where it was always here."""
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


def case_parts(case: "Complaint", events: "Sequence[ComplaintEvent]") -> CutOut | None:
    """What was cut out of a case here, or out of what it was cut; no query for any other case."""
    is_whole = any(one.kind == EventKind.SPLIT for one in events)
    if case.cut_from_id is None and not is_whole:
        return None
    whole, is_whole_open, parts = cut_out(case)
    return CutOut(
        whole=whole,
        parts=parts,
        is_given_back=case.is_given_back,
        may_give_back=is_whole_open and case.is_open and case.offered_to != OVERSIGHT,
    )


def case_stub(case: "Complaint", *, typed: Sequence[tuple[str, str]] = ()) -> CaseStub:
    """What is left of a case that another administration has now; one query."""
    events = events_on_record(case)
    handed = [one.at for one in events if one.kind == EventKind.TRANSFERRED]
    return CaseStub(
        reference=case.reference,
        kind=Kind(case.kind),
        language=Language(case.language),
        agency=agency_name_of_code(code=case.handed_to, language=page_language()),
        handed_at=handed[-1] if handed else None,
        received_at=case.received_at,
        history=case_history(events, is_open=False),
        typed=typed,
    )
