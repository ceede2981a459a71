"""Requests of the demonstration's citizen, and helpers for the actors in their cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from demo.accounts import CITIZEN_EMAIL
from demo.staff import CITIZEN_NAME
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Kind, Language, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor, ActorKind
from tenants.case_access.gateway import complaint_file
from tenants.case_access.types import Receipt
from tenants.custody.services.offers import offer_make
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import OfferState, TransferReason

SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenRequest:
    """A request of the citizen to the organisation ``to``, filed ``days`` days ago."""

    to: str
    subject: str
    body: str
    remedy: str
    days: int = 8
    language: Language = Language.FRENCH


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Set the time to a working hour ``days`` days ago, or on the Friday before a weekend."""
    day = clock.now().astimezone(clock.NATIONAL_ZONE) - timedelta(days=days)
    day -= timedelta(days=max(day.weekday() + 1 - SATURDAY, 0))
    # Two actions may be on the same Friday, so the action with fewer ``days`` has a later hour.
    with clock.travel(day.replace(hour=16 - days % 7, minute=10)):
        yield


def citizen_request_file(request: CitizenRequest) -> Receipt:
    """File a request of the citizen and return its receipt."""
    draft = ComplaintDraft(
        organisation_code=request.to,
        kind=Kind.COMPLAINT,
        subject=request.subject,
        body=request.body,
        remedy=request.remedy,
        language=request.language,
        privacy=Privacy.NAMED,
        party=PartyDraft(name=CITIZEN_NAME, email=CITIZEN_EMAIL),
    )
    with days_ago(request.days):
        return complaint_file(draft=draft, actor=CITIZEN, is_email_proved=True)


def request_offer(
    reference: str, sender: Agency, receiver: Agency, note: str, *, days: int
) -> TransferOffer:
    """Offer a case of ``sender`` to ``receiver``; return the offer."""
    draft = OfferDraft(organisation_code=receiver.code, reason=TransferReason.COMPETENCE, note=note)
    with days_ago(days):
        offer_make(agency=sender, reference=reference, draft=draft, actor=supervisor_hand(sender))
    return TransferOffer.objects.get(reference=reference, state=OfferState.OFFERED)


def supervisor_of(agency: Agency) -> User:
    """Return the first supervisor of an agency."""
    with agency_context(agency):
        return User.objects.filter(role=Role.SUPERVISOR).order_by("pk")[:1].get()


def supervisor_hand(agency: Agency) -> Actor:
    """Return an agency's first supervisor as the actor of an action."""
    return officer_hand(supervisor_of(agency))


def officer_hand(user: User) -> Actor:
    """Return an officer as the actor of an action."""
    return Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)
