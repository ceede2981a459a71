"""Cases that agencies of the demonstration offer: one waits, one was refused, one went on.

Made once, when all agencies are filled; the same services as the pages call.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from demo.agencies import letters_settle
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Kind, Language, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor, ActorKind
from tenants.case_access.gateway import complaint_submit
from tenants.custody.services.offers import offer_accept, offer_make, offer_refuse
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import OfferState, TransferReason

# All of them have people who answer; without one of them nothing is made.
CODES = ("health", "interior", "education")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A request that reached the wrong administration."""

    to: str
    subject: str
    body: str
    remedy: str
    language: Language = Language.FRENCH


AMBULANCE = Story(
    to="interior",
    subject="L'ambulance n'est pas venue",
    body="Le 3 du mois, nous avons appelé trois fois : l'ambulance n'est jamais venue.",
    remedy="Savoir pourquoi, et qui appeler la prochaine fois.",
)
CANTEEN = Story(
    to="health",
    subject="مطعم المدرسة بدون ماء",
    body="لا يوجد ماء في مطعم المدرسة منذ بداية الشهر، والأطفال يأكلون دون غسل أيديهم.",
    remedy="إصلاح الماء في المطعم.",
    language=Language.ARABIC,
)
VACCINE = Story(
    to="education",
    subject="Vaccination reportée trois fois",
    body="La vaccination des élèves de la commune a été reportée trois fois, sans nouvelle date.",
    remedy="Fixer une date et l'afficher à l'école.",
)
NOTES = {
    "ambulance": "Les ambulances dépendent de l'hôpital provincial, donc du ministère de la santé.",
    "canteen": "صيانة مطاعم المدارس من اختصاص الوزارة المكلفة بالتربية حسب المرسوم المنظم لها.",
    "commune": "La salle de vaccination dépend de la commune, que ce ministère accompagne.",
    "vaccine": "Le calendrier de vaccination est fixé par la délégation de la santé.",
}
REFUSAL = "هذا المطعم تسيره جمعية بشراكة مع مصالحكم، ولا يدخل في الممتلكات التي نتولى صيانتها."


def transfers_make(*, codes: Collection[str]) -> int:
    """Make the offers, where the agencies are there and nothing was offered yet; how many."""
    if not set(CODES).issubset(codes) or TransferOffer.objects.exists():
        return 0
    agencies = {code: Agency.objects.get(code=code) for code in CODES}
    _offer(agencies, _filed(AMBULANCE), "interior", "health", NOTES["ambulance"], days=1)
    refused = _offer(agencies, _filed(CANTEEN), "health", "education", NOTES["canteen"], days=4)
    with clock.travel(clock.now() - timedelta(days=2)):
        offer_refuse(
            agency=agencies["education"],
            offer_id=refused.pk,
            reason=REFUSAL,
            actor=_supervisor(agencies["education"]),
        )
    reference = _filed(VACCINE)
    for sender, receiver, note, days in (
        ("education", "interior", NOTES["commune"], 6),
        ("interior", "health", NOTES["vaccine"], 3),
    ):
        made = _offer(agencies, reference, sender, receiver, note, days=days)
        with clock.travel(clock.now() - timedelta(days=days - 1)):
            to = agencies[receiver]
            offer_accept(agency=to, offer_id=made.pk, actor=_supervisor(to))
    for agency in agencies.values():
        with agency_context(agency):
            letters_settle(agency)
    return TransferOffer.objects.count()


def _filed(story: Story) -> str:
    draft = ComplaintDraft(
        organisation_code=story.to,
        kind=Kind.COMPLAINT,
        subject=story.subject,
        body=story.body,
        remedy=story.remedy,
        language=story.language,
        privacy=Privacy.NAMED,
        party=PartyDraft(name="سعيد ب.", email="said@citoyen.example"),
    )
    with clock.travel(clock.now() - timedelta(days=8)):
        return complaint_submit(draft=draft, actor=CITIZEN, is_email_proved=True).reference


def _offer(
    agencies: dict[str, Agency], reference: str, sender: str, receiver: str, note: str, *, days: int
) -> TransferOffer:
    draft = OfferDraft(organisation_code=receiver, reason=TransferReason.COMPETENCE, note=note)
    with clock.travel(clock.now() - timedelta(days=days)):
        offer_make(
            agency=agencies[sender],
            reference=reference,
            draft=draft,
            actor=_supervisor(agencies[sender]),
        )
    return TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)


def _supervisor(agency: Agency) -> Actor:
    with agency_context(agency):
        person = User.objects.filter(role=Role.SUPERVISOR).order_by("pk").first()
    if person is None:
        raise LookupError(agency.code)
    return Actor(kind=ActorKind.OFFICER, label=person.name, user_id=person.pk)
