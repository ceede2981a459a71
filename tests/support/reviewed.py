"""A request that was refused twice, and what national oversight does with it."""

from dataclasses import dataclass, replace

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Ground, Outcome
from shared.complaints.types import RefusalDraft
from shared.kernel.actors import Actor, ActorKind
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed, officer_actor, staff

REASON = "Both replies speak of another lamp, in another street."
TEXT = "The officers looked at the wrong street. Examine lamp twelve, on the spot."
ANALYST = Actor(kind=ActorKind.OVERSIGHT, label="An analyst", user_id=7)
REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on it is pending.",
    way_on="The court of appeal.",
)


@dataclass(frozen=True)
class Reviewed:
    """One request, and what opens it."""

    agency: Agency
    reference: str
    receipt_code: str

    @property
    def token(self) -> str:
        """A token that lives: days may have passed since the last one."""
        issued = gateway.tracking_open(
            reference=self.reference, kind=KeyKind.RECEIPT, value=self.receipt_code
        )
        return issued.token


def request_filed(agency: Agency, **changes: object) -> Reviewed:
    """A request that was filed."""
    receipt = filed(agency, **changes)
    return Reviewed(agency, receipt.reference, receipt.receipt_code)


def answer(one: Reviewed, outcome: Outcome = Outcome.NOT_UPHELD, *, by: str = "first") -> None:
    """An officer answers."""
    officer = staff(one.agency, Role.AGENT, f"{by}.{one.reference}@roads.example")
    with agency_context(one.agency):
        services.complaint_reply(
            reference=one.reference,
            draft=replace(REPLY, outcome=outcome),
            officer=officer,
            actor=officer_actor(officer),
        )


def refuse(one: Reviewed, *, by: str = "first") -> None:
    """An officer refuses as inadmissible."""
    officer = staff(one.agency, Role.AGENT, f"{by}.{one.reference}@roads.example")
    with agency_context(one.agency):
        services.complaint_refuse(
            reference=one.reference, draft=REFUSAL, officer=officer, actor=officer_actor(officer)
        )


def refused_twice(agency: Agency, **changes: object) -> Reviewed:
    """Answered, re-opened, and answered by another officer, both times with no."""
    one = request_filed(agency, **changes)
    answer(one)
    gateway.case_reopen(token=one.token, body="That is not so.")
    answer(one, by="second")
    return one
