"""What may be tried with the parts of a request that is split, and by whom."""

from shared.complaints import services
from shared.complaints.types.custody import PartDraft
from shared.kernel.actors import SYSTEM
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import case_split, part_take_back
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, CaseSplit, TransferOffer
from tenants.models.enums import OfferState, TransferReason
from tests.support.custody import NOTE, Moving
from tests.support.factories import REPLY, officer_actor
from tests.tenants.custody.citizen_acts import citizen_objects


def split(history):
    made, _offered = case_split(
        agency=history.one.holder,
        reference=history.one.reference,
        part=PartDraft(subject=f"A {history.word}", body=f"Only the {history.word} in the street."),
        offer=OfferDraft(
            organisation_code=history.any_agency().code, reason=TransferReason.PLACE, note=NOTE
        ),
        actor=SYSTEM,
    )
    history.parts.append(made)


def part_taken(history):
    """A part that another agency has taken over: one of those there are, or one made for it."""
    taken = [one for one in history.parts if Moving(one, "").holder.code != cut_by(one)]
    if not taken or history.random.random() < 0.5:
        split(history)
        reference = history.parts[-1]
        row = TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)
        to = Agency.objects.get(schema_name=row.to_schema)
        offer_accept(agency=to, offer_id=row.pk, actor=SYSTEM)
        return Moving(reference, "")
    return Moving(history.random.choice(taken), "")


def cut_by(reference):
    return CaseSplit.objects.get(pk=reference).cut_by_code


def split_again(history):
    """An agency that took a part over cuts another one out of it."""
    part = part_taken(history)
    made, _offered = case_split(
        agency=part.holder,
        reference=part.reference,
        part=PartDraft(subject=f"A {history.word}", body=f"The {history.word} in one house alone."),
        offer=OfferDraft(
            organisation_code=history.any_agency().code, reason=TransferReason.PLACE, note=NOTE
        ),
        actor=SYSTEM,
    )
    history.parts.append(made)


def part_given_back(history):
    """Who cut a part out takes it back before anybody has taken it over."""
    if not history.parts:
        split(history)
    reference = history.random.choice(history.parts)
    part_take_back(agency=Moving(reference, "").holder, reference=reference, actor=SYSTEM)


def part_objected(history):
    """A part was cut out lately, and the citizen does not agree."""
    if not citizen_objects(history):
        split(history)
        return citizen_objects(history)
    return True


def part_answered(history):
    """Whoever took a part over replies to it."""
    part = part_taken(history)
    officer = history.people.officers[part.holder.code]
    with agency_context(part.holder):
        services.complaint_reply(
            reference=part.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )
