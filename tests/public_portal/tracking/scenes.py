"""One request in every state in which its citizen can find it, each with texts that are long."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.complaints import services
from shared.complaints.enums import Kind, Outcome, Privacy, Status
from shared.complaints.models import Complaint
from shared.complaints.types import DirectionDraft, PartyDraft, RatingDraft
from shared.directory.selectors.organisations import organisation_get
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask, review_case, review_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import ReviewDecision
from tests.support.factories import REPLY, officer_actor, staff
from tests.support.reviewed import ANALYST, REASON, TEXT, Reviewed, refuse, request_filed

FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SUBJECT = (
    "تأخر كبير في تسليم شهادة الملكية رغم أداء الواجبات منذ ثلاثة أشهر وعدم الرد على الهاتف في "
    "مصلحة المحافظة العقارية بالمدينة، مع مطالبتي كل مرة بوثائق جديدة لم تذكر في اللائحة الأولى"
)
QUESTION = (
    "Pouvez-vous préciser le numéro du titre foncier, la date à laquelle vous avez payé les droits "
    "et le nom du guichet ? Joignez si possible le reçu. " * 3
)
ANONYMOUS: Mapping[str, object] = {"privacy": Privacy.ANONYMOUS, "party": PartyDraft()}
LONG_REPLY = replace(
    REPLY,
    outcome=Outcome.NOT_UPHELD,
    facts="Le dossier a été examiné par deux services. " * 60,
    rule="Article 83 de la charte communale. " * 20,
    decision="La demande ne peut être satisfaite. " * 30,
)


def _filed(agency: Agency, **changes: object) -> Reviewed:
    return request_filed(agency, subject=SUBJECT, **changes)


def _in_progress(agency: Agency, **changes: object) -> Reviewed:
    one = _filed(agency, **changes)
    officer = staff(agency, email=f"o{one.reference}@roads.example")
    with agency_context(agency):
        services.complaint_assign(
            reference=one.reference, officer=officer, actor=officer_actor(officer)
        )
    return one


def _written(one: Reviewed) -> Reviewed:
    officer = staff(one.agency, email=f"w{one.reference}@roads.example")
    with agency_context(one.agency):
        services.officer_message_add(
            reference=one.reference, body=QUESTION, officer=officer, actor=officer_actor(officer)
        )
    return one


def _asked(one: Reviewed) -> Reviewed:
    officer = staff(one.agency, email=f"q{one.reference}@roads.example")
    with agency_context(one.agency):
        services.question_ask(
            reference=one.reference, body=QUESTION, officer=officer, actor=officer_actor(officer)
        )
    return one


def _answered(one: Reviewed, outcome: Outcome = Outcome.NOT_UPHELD, by: str = "a") -> Reviewed:
    officer = staff(one.agency, email=f"{by}{one.reference}@roads.example")
    with agency_context(one.agency):
        services.complaint_reply(
            reference=one.reference,
            draft=replace(LONG_REPLY, outcome=outcome),
            officer=officer,
            actor=officer_actor(officer),
        )
    return one


def _rated(one: Reviewed, *, resolved: bool) -> Reviewed:
    gateway.rating_give(token=one.token, draft=RatingDraft(resolved=resolved, handling=3))
    return one


def _reopened(one: Reviewed) -> Reviewed:
    gateway.case_reopen(token=one.token, body="Ce n'est pas exact.")
    return one


def _refused(one: Reviewed) -> Reviewed:
    refuse(one)
    return one


def _directed(agency: Agency, to: str) -> Reviewed:
    one = _filed(agency)
    officer = staff(agency, email=f"d{one.reference}@roads.example")
    body = organisation_get(code=to)
    draft = DirectionDraft(
        organisation_code=to,
        organisation=body.names,
        explanation="La fuite relève d'un autre service. " * 5,
        way_on="Guichet du quartier.",
    )
    with agency_context(agency):
        services.complaint_direct(
            reference=one.reference,
            draft=draft,
            agency_code=agency.code,
            officer=officer,
            actor=officer_actor(officer),
        )
    return one


def _refused_twice(agency: Agency) -> Reviewed:
    return _answered(_reopened(_answered(_filed(agency))), by="b")


def _under_review(one: Reviewed) -> Reviewed:
    review_ask(token=one.token, reason=REASON)
    return one


def _reviewed(one: Reviewed, decision: ReviewDecision) -> Reviewed:
    _under_review(one)
    review_case(reference=one.reference, actor=ANALYST)
    review_decide(reference=one.reference, decision=decision, text=TEXT * 4, actor=ANALYST)
    return one


def _withdrawn(one: Reviewed) -> Reviewed:
    gateway.case_withdraw(token=one.token)
    return one


def _transferred(one: Reviewed) -> Reviewed:
    # No service of this portal passes a case on; the state stands in the table of the workflow.
    with agency_context(one.agency):
        Complaint.objects.filter(reference=one.reference).update(status=Status.TRANSFERRED)
    return one


def _later(one: Reviewed, days: int) -> Reviewed:
    """What the passing of so many days does by itself."""
    with clock.travel(FILED + days * DAY), agency_context(one.agency):
        services.expired_deadlines_apply(actor=SYSTEM)
    return one


# How each is made on the day of filing, and after how many days it is looked at.
SCENES: Mapping[str, tuple[Callable[[Agency], Reviewed], int]] = {
    "received": (_filed, 12),
    "received today": (_filed, 0),
    "observation": (lambda agency: _filed(agency, kind=Kind.OBSERVATION), 12),
    "proposal in progress": (lambda agency: _in_progress(agency, kind=Kind.PROPOSAL), 12),
    "anonymous": (lambda agency: _filed(agency, **ANONYMOUS), 12),
    "anonymous, asked": (lambda agency: _asked(_in_progress(agency, **ANONYMOUS)), 12),
    "in progress": (_in_progress, 12),
    "in progress, written to": (lambda agency: _written(_in_progress(agency)), 12),
    "asked": (lambda agency: _asked(_in_progress(agency)), 3),
    "asked, then written to": (lambda agency: _written(_asked(_in_progress(agency))), 3),
    "answered": (lambda agency: _answered(_filed(agency)), 3),
    "answered and upheld": (lambda agency: _answered(_filed(agency), Outcome.PARTLY_UPHELD), 3),
    "proposal answered": (lambda agency: _answered(_filed(agency, kind=Kind.PROPOSAL)), 3),
    "answered, settled": (lambda agency: _rated(_answered(_filed(agency)), resolved=True), 3),
    "answered, not settled": (lambda agency: _rated(_answered(_filed(agency)), resolved=False), 3),
    "promise asked": (
        lambda agency: _later(_answered(_filed(agency), Outcome.UPHELD), 28),
        29,
    ),
    "reopened": (lambda agency: _reopened(_answered(_filed(agency))), 5),
    "reopened, written to": (lambda agency: _written(_reopened(_answered(_filed(agency)))), 5),
    "inadmissible": (lambda agency: _refused(_filed(agency)), 3),
    "directed": (lambda agency: _directed(agency, "water"), 3),
    "directed to a body that is not here": (lambda agency: _directed(agency, "ministry"), 3),
    "refused twice": (_refused_twice, 3),
    "under review": (lambda agency: _under_review(_refused_twice(agency)), 3),
    "review: upheld": (
        lambda agency: _reviewed(_refused_twice(agency), ReviewDecision.UPHELD),
        3,
    ),
    "review: sent back": (
        lambda agency: _reviewed(_refused_twice(agency), ReviewDecision.SENT_BACK),
        3,
    ),
    "overdue": (_filed, 61),
    "transferred": (lambda agency: _transferred(_filed(agency)), 3),
    "withdrawn": (lambda agency: _withdrawn(_filed(agency)), 3),
    "closed": (lambda agency: _later(_answered(_filed(agency)), 40), 41),
    "closed, refused": (lambda agency: _later(_refused(_filed(agency)), 40), 41),
}
