"""Steps of a life that have to do with parts: one is cut out and ends, comes back, or is lived."""

from dataclasses import dataclass

from shared.complaints import services
from shared.complaints.types.custody import PartDraft
from shared.kernel.actors import SYSTEM
from tenants.case_access import gateway
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.one_time_links import link_open
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept, offer_make, offer_refuse
from tenants.custody.services.splits import case_split, part_take_back
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import LinkPurpose, OfferState, TransferReason
from tests.support.custody import DECISION, NOTE, OVERSEER, REFUSAL, Moving, refuse
from tests.support.factories import REPLY, officer_actor, organisation_of
from tests.tenants.custody.citizen_acts import key_for
from tests.tenants.custody.part_acts import cut_by
from tests.tenants.custody.random_acts import History


@dataclass(frozen=True)
class Part(Moving):
    """A part of a request, which is opened from the whole."""

    whole: Moving

    @property
    def token(self) -> str:
        """A token for the part, with the rights that the code of the whole gives."""
        return part_open(token=self.whole.token, reference=self.reference).token


def part_cut_and_taken(history: History) -> str:
    """Another agency takes a part over: the request is a line of the figures at both."""
    to = _not_asked_yet(history)
    row = _offer_of(_part_cut(history, to))
    offer_accept(agency=to, offer_id=row.pk, actor=SYSTEM)
    return row.reference


def part_withdrawn(history: History) -> None:
    """Nobody has taken the part over, and its citizen withdraws it alone."""
    to = _not_asked_yet(history)
    row = _offer_of(_part_cut(history, to))
    offer_refuse(agency=to, offer_id=row.pk, reason=REFUSAL, actor=SYSTEM)
    key = key_for(Moving(row.reference, ""), LinkPurpose.OPEN)
    gateway.case_withdraw(token=link_open(key=key).token)


def part_comes_back(history: History) -> None:
    """National oversight gives a part back to the agency that cut it out."""
    part = Part(part_cut_and_taken(history), "", history.one)
    _decided_for(part.reference, cut_by(part.reference), asked_by=part.holder)


def only_a_part_is_left(history: History) -> None:
    """From here on the life is that of a part, which the agency asked first has refused."""
    to = _not_asked_yet(history)
    reference = _part_cut(history, to)
    offer_refuse(agency=to, offer_id=_offer_of(reference).pk, reason=REFUSAL, actor=SYSTEM)
    history.earlier.append(history.one.reference)
    history.one = Part(reference, "", history.one)
    history.held_by = [history.one.holder.code]


def comes_back_to_the_whole(history: History) -> None:
    reference = history.one.reference
    _decided_for(reference, cut_by(reference), asked_by=history.one.holder)


def part_decided_for_the_cutter(history: History) -> None:
    """Refused by two agencies, and given to the one that cut it out by national oversight."""
    to = _not_asked_yet(history)
    reference = _part_cut(history, to)
    part = Part(reference, "", history.one)
    offer_refuse(agency=to, offer_id=_offer_of(reference).pk, reason=REFUSAL, actor=SYSTEM)
    refuse(part, to)
    arbitration_decide(
        reference=reference, organisation_code=cut_by(reference), text=DECISION, actor=OVERSEER
    )


def whole_answered(history: History) -> None:
    _reply(history.one.whole, history)


def whole_reopened_and_given_back(history: History) -> None:
    """The part is answered by the whole request again, which its citizen has re-opened."""
    part = history.one
    gateway.case_reopen(token=part.whole.token, body=f"The {history.word} is still there.")
    part_take_back(agency=part.holder, reference=part.reference, actor=SYSTEM)


def _reply(one: Moving, history: History) -> None:
    officer = history.people.officers[one.holder.code]
    with agency_context(one.holder):
        services.complaint_reply(
            reference=one.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )


def _decided_for(reference: str, code: str, *, asked_by: Agency) -> None:
    """An offer to whoever has had the case is a question for national oversight."""
    draft = OfferDraft(
        organisation_code=organisation_of(Agency.objects.get(code=code)).code,
        reason=TransferReason.COMPETENCE,
        note=NOTE,
    )
    offer_make(agency=asked_by, reference=reference, draft=draft, actor=SYSTEM)
    arbitration_decide(reference=reference, organisation_code=code, text=DECISION, actor=OVERSEER)


def _part_cut(history: History, to: Agency) -> str:
    draft = OfferDraft(
        organisation_code=organisation_of(to).code, reason=TransferReason.PLACE, note=NOTE
    )
    words = PartDraft(subject=f"A {history.word}", body=f"{history.word} in my cellar")
    reference, _asked = case_split(
        agency=history.one.holder,
        reference=history.one.reference,
        part=words,
        offer=draft,
        actor=SYSTEM,
    )
    history.parts.append(reference)
    return reference


def _not_asked_yet(history: History) -> Agency:
    """After a binding decision no part goes to whoever had a say in it."""
    offers = TransferOffer.objects.filter(reference=history.one.reference)
    asked = {history.first.schema_name, *offers.values_list("to_schema", flat=True)}
    found: Agency = next(one for one in reversed(history.agencies) if one.schema_name not in asked)
    return found


def _offer_of(reference: str) -> TransferOffer:
    return TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)
