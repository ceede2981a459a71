"""Questions of competence: cases whose offers two administrations refused."""

from collections.abc import Mapping, Sequence

from demo.citizen_requests import (
    CitizenRequest,
    citizen_request_file,
    days_ago,
    request_offer,
    supervisor_hand,
)
from demo.organisations import ORIENTATION
from shared.complaints.errors import TransitionNotAllowed
from shared.kernel.actors import Actor
from tenants.agencies.selectors import agency_bodies
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_make, offer_refuse
from tenants.custody.types import OfferDraft
from tenants.models import Agency, Arbitration, Route, TransferOffer
from tenants.models.enums import OfferState, TransferReason

NOTE = (
    "L'équipement dont parle le citoyen ne dépend pas de notre administration : l'organisme "
    "désigné en assure l'entretien."
)
REFUSALS = (
    "هذا التجهيز غير مسجل ضمن ممتلكات إدارتنا، والإدارة التي أحالت الملف هي التي تستغله.",
    "Cet équipement ne relève pas de nos attributions : aucun texte ne nous en confie la gestion.",
)
# The count of the holder's latest cases that are tried.
MAX_TRIED = 30
NURSERY = CitizenRequest(
    to="interior",
    subject="Crèche du quartier fermée sans avis",
    body="La crèche du quartier a fermé en début de mois sans avis, et personne ne dit pourquoi.",
    remedy="Dire qui en répond et quand elle rouvrira.",
    days=18,
)
NURSERY_NOTE = "Cette crèche n'est pas un équipement communal : la commune n'a fait que la louer."
NURSERY_DECISION = (
    "La crèche a été ouverte dans le cadre du programme de préscolaire : l'administration chargée "
    "de l'éducation répond de son fonctionnement."
)


def competence_question_make(*, agency_codes: Sequence[str]) -> bool:
    """Open a question of competence, unless a question is open; return whether a question is open.

    The last agency offers one of its cases twice, and agencies earlier in ``agency_codes`` refuse.
    With fewer than two agencies, no question is opened.
    """
    if Arbitration.objects.filter(decided_at=None).exists():
        return True
    codes = [code for code in reversed(agency_codes) if code != ORIENTATION]
    if len(codes) < 2:
        return False
    holder, *asked = (Agency.objects.get(code=code) for code in codes)
    receivers = [*asked, asked[0]][: len(REFUSALS)]
    routes = Route.objects.filter(agency=holder).order_by("-created_at")
    for reference in routes.values_list("reference", flat=True)[:MAX_TRIED]:
        try:
            for receiver, reason in zip(receivers, REFUSALS, strict=True):
                _offer_and_refuse(reference, holder, receiver, reason)
        except TransitionNotAllowed:
            # The case cannot be offered, because its question of competence is decided.
            continue
        return True
    return False


def _offer_and_refuse(reference: str, holder: Agency, receiver: Agency, reason: str) -> None:
    bodies = agency_bodies(agency_code=receiver.code).own
    body = receiver.code if receiver.code in bodies else bodies[0]
    draft = OfferDraft(organisation_code=body, reason=TransferReason.COMPETENCE, note=NOTE)
    offer_make(agency=holder, reference=reference, draft=draft, actor=supervisor_hand(holder))
    made = TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)
    offer_refuse(agency=receiver, offer_id=made.pk, reason=reason, actor=supervisor_hand(receiver))


def competence_decision_make(agencies: Mapping[str, Agency], *, analyst: Actor) -> str:
    """Open a question of competence and decide the question; return the case's reference."""
    reference = citizen_request_file(NURSERY).reference
    holder = agencies["interior"]
    asked = (("health", 14), ("education", 10))
    for (code, days), reason in zip(asked, REFUSALS, strict=True):
        receiver = agencies[code]
        made = request_offer(reference, holder, receiver, NURSERY_NOTE, days=days)
        with days_ago(days - 2):
            offer_refuse(
                agency=receiver, offer_id=made.pk, reason=reason, actor=supervisor_hand(receiver)
            )
    with days_ago(5):
        arbitration_decide(
            reference=reference,
            organisation_code="education",
            text=NURSERY_DECISION,
            actor=analyst,
        )
    return reference
