"""A request with two parts; one part is answered, the other part is an open offer."""

from collections.abc import Mapping
from datetime import timedelta

from demo.citizen_requests import (
    CitizenRequest,
    citizen_request_file,
    days_ago,
    officer_hand,
    supervisor_hand,
    supervisor_of,
)
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.enums import Language, Outcome
from shared.complaints.types import ReplyDraft
from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import OfferState, TransferReason

FLOOD = CitizenRequest(
    to="interior",
    subject="أضرار الفيضان: الطريق والمستوصف والمدرسة",
    body=(
        "غمرت مياه الفيضان دوارنا قبل ثلاثة أسابيع. انقطعت الطريق المؤدية إلى مركز الجماعة، وأغلق "
        "المستوصف ولم تعد الممرضة تأتي إليه، وسقط جدار من المدرسة فتوقفت الدروس."
    ),
    remedy="إصلاح الطريق، وإعادة فتح المستوصف والمدرسة.",
    days=21,
    language=Language.ARABIC,
)
CLINIC = PartDraft(
    subject="المستوصف مغلق منذ الفيضان",
    body="أغلق المستوصف بعد الفيضان ولم تعد الممرضة تأتي إليه، والمرضى يقطعون ثلاثين كيلومترا.",
)
SCHOOL = PartDraft(
    subject="سقوط جدار من المدرسة",
    body="سقط جدار من المدرسة بسبب الفيضان، وتوقفت الدروس ولا يعرف الآباء متى تستأنف.",
)
NOTES = {
    "health": "تسيير المستوصفات القروية من اختصاص الوزارة المكلفة بالصحة.",
    "education": "صيانة بنايات المدارس من اختصاص الوزارة المكلفة بالتربية.",
}
REPLY = ReplyDraft(
    outcome=Outcome.UPHELD,
    facts="عاينت المندوبية المستوصف، وتبين أن المياه أتلفت شبكة الكهرباء ومخزون الأدوية.",
    rule="القانون الإطار رقم 06.22 المتعلق بالمنظومة الصحية الوطنية، فيما يخص استمرارية الخدمات.",
    decision="طلبكم مبني على أساس، وتقرر إصلاح المستوصف واستئناف العمل به.",
    remedy="تنتقل وحدة طبية متنقلة إلى الدوار كل يوم ثلاثاء، إلى أن ينتهي الإصلاح في اليوم المعلن.",
)
PROMISED = timedelta(days=30)


def split_request_make(agencies: Mapping[str, Agency]) -> list[str]:
    """File the request, split it into parts, and answer one part; return all references."""
    holder, health = agencies["interior"], agencies["health"]
    whole = citizen_request_file(FLOOD).reference
    with days_ago(19), agency_context(holder):
        officer = User.objects.filter(role=Role.AGENT).order_by("pk").first() or supervisor_of(
            holder
        )
        services.complaint_assign(reference=whole, officer=officer, actor=supervisor_hand(holder))
    clinic = _part(holder, whole, CLINIC, to="health", days=15)
    made = TransferOffer.objects.get(reference=clinic, state=OfferState.OFFERED)
    with days_ago(13):
        offer_accept(agency=health, offer_id=made.pk, actor=supervisor_hand(health))
    with days_ago(4), agency_context(health):
        _reply(clinic, supervisor_of(health))
    return [whole, clinic, _part(holder, whole, SCHOOL, to="education", days=1)]


def _part(holder: Agency, whole: str, part: PartDraft, *, to: str, days: int) -> str:
    draft = OfferDraft(organisation_code=to, reason=TransferReason.COMPETENCE, note=NOTES[to])
    with days_ago(days):
        reference, _asked = case_split(
            agency=holder, reference=whole, part=part, offer=draft, actor=supervisor_hand(holder)
        )
    return reference


def _reply(reference: str, officer: User) -> None:
    draft = ReplyDraft(
        outcome=REPLY.outcome,
        facts=REPLY.facts,
        rule=REPLY.rule,
        decision=REPLY.decision,
        remedy=REPLY.remedy,
        promised_on=clock.today() + PROMISED,
    )
    services.complaint_reply(
        reference=reference, draft=draft, officer=officer, actor=officer_hand(officer)
    )
