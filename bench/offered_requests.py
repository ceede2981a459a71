"""Requests to be transferred, and the offers of these requests."""

from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from tenants.case_access.types import Receipt

NOTE = "The matter belongs to the other body by law."
STORY = "Le lampadaire devant le numéro douze est en panne depuis le mois de mars."
MESSAGES = ("Toujours en panne.", "Il fait nuit.")


def request_filed(code: str) -> "Receipt":
    """File a request to the body ``code`` through the gateway; return the request's receipt."""
    from shared.complaints.enums import Kind, Language, Privacy  # noqa: PLC0415 - none before configure()
    from shared.complaints.types import ComplaintDraft, PartyDraft  # noqa: PLC0415
    from shared.kernel.actors import CITIZEN  # noqa: PLC0415
    from tenants.case_access import gateway  # noqa: PLC0415

    draft = ComplaintDraft(
        organisation_code=code,
        kind=Kind.COMPLAINT,
        subject="Lampadaire en panne",
        body=STORY,
        language=Language.FRENCH,
        privacy=Privacy.NAMED,
        party=PartyDraft(name="Une citoyenne", email="citoyenne@example.org"),
    )
    return gateway.complaint_file(draft=draft, actor=CITIZEN)


def request_offered(reference: str, *, sender: str, receiver: str) -> UUID:
    """Add two messages of the citizen to a case and offer the case; return the offer's id."""
    from shared.complaints import services  # noqa: PLC0415 - none before configure()
    from shared.kernel.actors import CITIZEN, SYSTEM  # noqa: PLC0415
    from tenants.agencies.selectors import agency_by_code  # noqa: PLC0415
    from tenants.custody.services.offers import offer_make  # noqa: PLC0415
    from tenants.custody.types import OfferDraft  # noqa: PLC0415
    from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
    from tenants.models import TransferOffer  # noqa: PLC0415
    from tenants.models.enums import OfferState, TransferReason  # noqa: PLC0415

    agency = agency_by_code(sender)
    with agency_context(agency):
        for text in MESSAGES:
            services.citizen_message_add(reference=reference, body=text, actor=CITIZEN)
    draft = OfferDraft(organisation_code=receiver, reason=TransferReason.COMPETENCE, note=NOTE)
    offer_make(agency=agency, reference=reference, draft=draft, actor=SYSTEM)
    return TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED).pk
