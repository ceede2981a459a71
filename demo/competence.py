"""One case of which two administrations say that they are not competent, for national oversight."""

from collections.abc import Sequence

from demo.organisations import DESK
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.errors import TransitionNotAllowed
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.errors import DomainError
from tenants.agencies.selectors import agency_bodies
from tenants.custody.services.offers import offer_make, offer_refuse
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
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
# Of the latest cases of the holder, so many are tried.
MAX_TRIED = 30


def competence_question_make(*, agency_codes: Sequence[str]) -> bool:
    """Let one case be refused twice, unless there was a question before; whether there is one.

    The last agency holds the case, and those before it are asked. Nothing with fewer than two.
    """
    if Arbitration.objects.exists():
        return True
    codes = [code for code in reversed(agency_codes) if code != DESK]
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
            # It has its answer already.
            continue
        return True
    return False


def _offer_and_refuse(reference: str, holder: Agency, receiver: Agency, reason: str) -> None:
    bodies = agency_bodies(agency_code=receiver.code).own
    body = receiver.code if receiver.code in bodies else bodies[0]
    draft = OfferDraft(organisation_code=body, reason=TransferReason.COMPETENCE, note=NOTE)
    offer_make(agency=holder, reference=reference, draft=draft, actor=_supervisor(holder))
    made = TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)
    offer_refuse(agency=receiver, offer_id=made.pk, reason=reason, actor=_supervisor(receiver))


def _supervisor(agency: Agency) -> Actor:
    with agency_context(agency):
        user = User.objects.filter(role=Role.SUPERVISOR).order_by("pk").first()
    if user is None:
        raise DomainError(agency.code)
    return Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)
