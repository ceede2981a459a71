"""Reviews of refused requests: one waits, one upholds the refusal, one sends the case back."""

from collections.abc import Mapping
from dataclasses import dataclass

from demo.citizen_requests import (
    CitizenRequest,
    citizen_request_file,
    days_ago,
    officer_hand,
    supervisor_of,
)
from shared.complaints import services
from shared.complaints.enums import Ground, Language
from shared.complaints.types import RefusalDraft
from shared.kernel.actors import Actor
from tenants.case_access.enums import KeyKind
from tenants.case_access.gateway import tracking_open
from tenants.case_access.services.reviews import review_ask, review_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import ReviewDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedRefusal:
    """A refused request; ``refused``, ``asked`` and ``decided`` are days before today."""

    request: CitizenRequest
    refused: int
    asked: int
    reason: str
    decision: ReviewDecision | None = None
    decided: int = 0
    text: str = ""


REFUSALS = {
    Language.ARABIC: RefusalDraft(
        ground=Ground.BEFORE_COURTS,
        explanation="يفيد ملفكم أن الموضوع معروض على المحكمة، ولا يمكن للإدارة أن تبت فيه.",
        way_on="ينظر في هذا الموضوع أمام المحكمة، ويمكنكم الاستعانة بمكتب المساعدة القضائية بها.",
    ),
    Language.FRENCH: RefusalDraft(
        ground=Ground.BEFORE_COURTS,
        explanation="Votre dossier indique que le tribunal est saisi : nous ne pouvons l'examiner.",
        way_on="L'affaire se poursuit devant le tribunal, qui a un bureau d'aide judiciaire.",
    ),
}
WAITING = ReviewedRefusal(
    request=CitizenRequest(
        to="interior",
        subject="Autorisation de clôture sans réponse",
        body="J'ai demandé une autorisation de clôture il y a quatre mois et personne ne répond.",
        remedy="Recevoir une décision écrite.",
        days=20,
    ),
    refused=9,
    asked=2,
    reason="Aucun tribunal n'est saisi : mon voisin m'a écrit, mais il n'a pas porté plainte.",
)
SENT_BACK = ReviewedRefusal(
    request=CitizenRequest(
        to="health",
        subject="رفض تسليم الملف الطبي",
        body="طلبت نسخة من ملفي الطبي من المستشفى مرتين، ورفض تسليمها دون تعليل.",
        remedy="تسليم نسخة من الملف الطبي.",
        days=34,
        language=Language.ARABIC,
    ),
    refused=24,
    asked=17,
    reason="لم أرفع أي دعوى. طلبي يخص نسخة من ملفي الطبي فقط، ولا علاقة له بالمحكمة.",
    decision=ReviewDecision.SENT_BACK,
    decided=6,
    text="لا يتضمن الملف ما يدل على دعوى أمام المحكمة. يعاد فحص الطلب، ويجاب عنه جوابا معللا.",
)
UPHELD = ReviewedRefusal(
    request=CitizenRequest(
        to="education",
        subject="Litige sur le loyer d'un logement de fonction",
        body="L'académie me réclame deux ans de loyer pour un logement que j'ai quitté en 2023.",
        remedy="Annuler cette réclamation de loyer.",
        days=40,
    ),
    refused=30,
    asked=25,
    reason="Le tribunal ne s'est pas encore prononcé, et l'académie pourrait annuler d'elle-même.",
    decision=ReviewDecision.UPHELD,
    decided=12,
    text="Le tribunal est saisi depuis mars, dites-vous : le refus est conforme au décret.",
)


def refusal_reviews_make(agencies: Mapping[str, Agency], *, analyst: Actor) -> list[str]:
    """Make the refused requests and their reviews; return the references."""
    found = []
    for one in (WAITING, SENT_BACK, UPHELD):
        receipt = citizen_request_file(one.request)
        officer = supervisor_of(agencies[one.request.to])
        with days_ago(one.refused), agency_context(agencies[one.request.to]):
            services.complaint_refuse(
                reference=receipt.reference,
                draft=REFUSALS[one.request.language],
                officer=officer,
                actor=officer_hand(officer),
            )
        with days_ago(one.asked):
            opened = tracking_open(
                reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
            )
            review_ask(token=opened.token, reason=one.reason)
        if one.decision is not None:
            with days_ago(one.decided):
                review_decide(
                    reference=receipt.reference,
                    decision=one.decision,
                    text=one.text,
                    actor=analyst,
                )
        found.append(receipt.reference)
    return found
