"""Everything that can happen to cases of an agency, once, through the doors that people use."""

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Ground
from shared.complaints.types import RatingDraft, RefusalDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.receipt_codes import receipt_code_compute
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tests.support.factories import REPLY, draft, officer_actor, staff
from tests.support.moments import days_later
from tests.support.samples import PDF

REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on it is pending.",
    way_on="The court of appeal.",
)


def lives_of_cases(agency: Agency) -> list[str]:
    """Three cases: one from filing to closing, one refused, one withdrawn; their references."""
    references = [_filed(agency, key=f"{agency.code} {number}") for number in range(3)]
    answered, refused, withdrawn = references
    officers = [staff(agency, email=f"{n}@{agency.code}.example") for n in ("first", "second")]
    staff(agency, role=Role.SUPERVISOR)
    first, second = officers
    token = _token(answered)
    gateway.attachment_add(token=token, upload=UploadedContent(name="a.pdf", content=PDF))
    with agency_context(agency):
        actor = officer_actor(first)
        services.complaint_assign(reference=answered, officer=first, actor=actor)
        services.note_add(reference=answered, body="A note.", officer=first, actor=actor)
        services.question_ask(reference=answered, body="Where?", officer=first, actor=actor)
    gateway.message_add(token=token, body="There.")
    with agency_context(agency):
        services.officer_message_add(
            reference=answered, body="We look.", officer=first, actor=actor
        )
        services.complaint_reply(reference=answered, draft=REPLY, officer=first, actor=actor)
    gateway.rating_give(token=token, draft=RatingDraft(resolved=False, handling=2, comment="No."))
    gateway.case_reopen(token=token, body="It is out again.")
    with agency_context(agency):
        actor = officer_actor(second)
        services.complaint_assign(reference=answered, officer=second, actor=actor)
        services.complaint_reply(reference=answered, draft=REPLY, officer=second, actor=actor)
        services.complaint_refuse(reference=refused, draft=REFUSAL, officer=first, actor=actor)
    gateway.case_withdraw(token=_token(withdrawn))
    with clock.travel(days_later(400)):
        assert gateway.cases_maintain(agency=agency, actor=SYSTEM) > 0
    assert gateway.case_show(token=token).reference == answered
    return references


def _filed(agency: Agency, *, key: str) -> str:
    what = draft(agency)
    # Sent twice, as by a double click.
    receipts = [
        gateway.complaint_file(draft=what, actor=CITIZEN, idempotency_key=key) for _ in range(2)
    ]
    assert receipts[0].reference == receipts[1].reference
    return receipts[0].reference


def _token(reference: str) -> str:
    code = receipt_code_compute(Route.objects.get(reference=reference))
    opened = gateway.tracking_open(reference=reference, kind=KeyKind.RECEIPT, value=code)
    return opened.token
