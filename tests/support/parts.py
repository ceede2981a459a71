"""Parts that are cut out of a request: made, accepted, answered, and read by the citizen."""

from uuid import UUID

from shared.complaints import services
from shared.complaints.types.custody import PartDraft
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from tenants.case_access.services.case_parts import part_open
from tenants.custody.services.offers import offer_accept, offer_refuse, offer_withdraw
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import OfferState, TransferReason
from tests.support.custody import NOTE, REFUSAL, Moving
from tests.support.factories import REPLY, officer_actor, organisation_of, staff

WHOLE = "The lamp is out, and the water in Zellige street is brown."
WATER = "The water in Zellige street is brown."


def split(one: Moving, to: Agency, *, file_ids: tuple[UUID, ...] = (), body: str = WATER) -> str:
    """A part is cut out and offered; its reference."""
    made, _offered = case_split(
        agency=one.holder,
        reference=one.reference,
        part=PartDraft(subject="Brown water", body=body, file_ids=file_ids),
        offer=OfferDraft(
            organisation_code=organisation_of(to).code,
            reason=TransferReason.COMPETENCE,
            note=NOTE,
        ),
        actor=SYSTEM,
    )
    return made


def open_offer(reference: str) -> TransferOffer:
    """The offer of a part that waits for its answer."""
    return TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)


def accept(reference: str, agency: Agency) -> None:
    """The agency that was asked takes the part over."""
    offer_accept(agency=agency, offer_id=open_offer(reference).pk, actor=SYSTEM)


def refuse_part(reference: str, agency: Agency) -> None:
    """The agency that was asked refuses the part."""
    made = open_offer(reference)
    offer_refuse(agency=agency, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)


def take_back(reference: str, agency: Agency) -> None:
    """The agency that cut the part out takes its offer back."""
    offer_withdraw(agency=agency, offer_id=open_offer(reference).pk, actor=SYSTEM)


def answer(reference: str, agency: Agency) -> None:
    """An officer of the agency replies."""
    officer = staff(agency, email=f"{uuid7()}@{agency.code}.example")
    with agency_context(agency):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )


def part_token(one: Moving, reference: str) -> str:
    """A token for a part, from the whole request."""
    return part_open(token=one.token, reference=reference).token
