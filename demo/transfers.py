"""Offered cases: one offer waits, one was refused, and one case was transferred twice."""

from collections.abc import Mapping

from demo.citizen_requests import (
    CitizenRequest,
    citizen_request_file,
    days_ago,
    request_offer,
    supervisor_hand,
)
from shared.complaints.enums import Language
from tenants.custody.services.offers import offer_accept, offer_refuse
from tenants.models import Agency

AMBULANCE = CitizenRequest(
    to="interior",
    subject="L'ambulance n'est pas venue",
    body="Le 3 du mois, nous avons appelé trois fois : l'ambulance n'est jamais venue.",
    remedy="Savoir pourquoi, et qui appeler la prochaine fois.",
)
CANTEEN = CitizenRequest(
    to="health",
    subject="مطعم المدرسة بدون ماء",
    body="لا يوجد ماء في مطعم المدرسة منذ بداية الشهر، والأطفال يأكلون دون غسل أيديهم.",
    remedy="إصلاح الماء في المطعم.",
    language=Language.ARABIC,
)
VACCINE = CitizenRequest(
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


def transfers_make(agencies: Mapping[str, Agency]) -> list[str]:
    """Make the offers; return the references of the cases."""
    waiting = citizen_request_file(AMBULANCE).reference
    request_offer(waiting, agencies["interior"], agencies["health"], NOTES["ambulance"], days=1)
    refused = citizen_request_file(CANTEEN).reference
    sender, receiver = agencies["health"], agencies["education"]
    made = request_offer(refused, sender, receiver, NOTES["canteen"], days=4)
    with days_ago(2):
        offer_refuse(
            agency=receiver, offer_id=made.pk, reason=REFUSAL, actor=supervisor_hand(receiver)
        )
    moved = citizen_request_file(VACCINE).reference
    for sender_code, receiver_code, note, days in (
        ("education", "interior", NOTES["commune"], 6),
        ("interior", "health", NOTES["vaccine"], 3),
    ):
        receiver = agencies[receiver_code]
        made = request_offer(moved, agencies[sender_code], receiver, note, days=days)
        with days_ago(days - 1):
            offer_accept(agency=receiver, offer_id=made.pk, actor=supervisor_hand(receiver))
    return [waiting, refused, moved]
