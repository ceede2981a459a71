"""The people of the national side who act on agencies, and what they say."""

from uuid import UUID

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from tenants.fleet.services.lifecycle.destroy_orders import destroy_waiting
from tenants.fleet.types import ActingOfficer
from tenants.isolation.schema_switch import national_context
from tenants.models import ApprovalRequest

OPERATOR = Actor(kind=ActorKind.OVERSIGHT, label="First operator", user_id=9001)
SECOND = Actor(kind=ActorKind.OVERSIGHT, label="Second person", user_id=9002)
REASON = "The merger of both bodies, decided in March."
ACTING_OFFICERS = (
    ActingOfficer(name="First caretaker", email="first@oversight.example", language="fr"),
    ActingOfficer(name="Second caretaker", email="second@oversight.example"),
)


def at_work(*people: tuple[Actor, Role]) -> None:
    """Give these actors the accounts that they act with; once is enough."""
    with national_context():
        User.objects.bulk_create(
            [
                User(
                    pk=actor.user_id,
                    email=f"{actor.user_id}@oversight.example",
                    name=actor.label,
                    role=role,
                    password="!",
                    created_at=clock.now(),
                )
                for actor, role in people
            ],
            ignore_conflicts=True,
        )


def two_at_work() -> None:
    """An operator who asks, and an analyst who agrees."""
    at_work((OPERATOR, Role.OPERATOR), (SECOND, Role.ANALYST))


def read_approval(kind: str, subject: str) -> UUID | None:
    """The number of what waits for an answer, as it stands on its page."""
    rows = ApprovalRequest.objects.filter(kind=kind, subject=subject, withdrawn_at=None)
    return rows.order_by("-asked_at").values_list("pk", flat=True).first()


def read_order(agency_code: str) -> UUID | None:
    """The number of the destruction that waits for an answer, as it stands on its page."""
    order = destroy_waiting(agency_code=agency_code)
    return order.pk if order else None
