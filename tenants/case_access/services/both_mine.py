"""The question to a citizen whether two requests are both theirs, answered on each tracking page.

The reader of one request's page learns only that another request exists.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import first_or_refuse
from tenants.case_access.errors import BothMineNotAsked, PersonNotAsked, ProofRequired
from tenants.case_access.services.same_person import person_links
from tenants.case_access.services.tokens import token_find, token_is_own
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency, SamePersonClaim

CLAIM_LIFE = timedelta(days=30)


@transaction.atomic
def both_mine_ask(*, agency: Agency, reference: str, other: str, actor: Actor) -> None:
    """Ask on two requests' tracking pages whether both requests are the reader's; log the question.

    The agency's audit log gets an entry for each request. Raises ``PersonNotAsked`` if
    ``PersonLink.may_ask`` is false, or if a question about one of the requests waits already.
    """
    link = person_links(agency=agency, reference=reference, others=[other])[other]
    first, second = sorted((reference, other))
    now = clock.now()
    with national_context():
        if not link.may_ask or any(_waiting(one, now).exists() for one in (first, second)):
            raise PersonNotAsked(reference)
        # Delete an expired question about this pair that was not answered on both pages.
        SamePersonClaim.objects.filter(first=first, second=second).delete()
        SamePersonClaim.objects.create(
            first_id=first, second_id=second, asked_at=now, expires_at=now + CLAIM_LIFE
        )
    audit_record(actor=actor, action="case.both_mine_asked", subject=reference)
    audit_record(actor=actor, action="case.both_mine_asked", subject=other)


def both_mine_asked_at(*, reference: str) -> datetime | None:
    """Return when the question still open on a request's page was asked, or ``None``; one query."""
    return next(iter(_asked_at(reference=reference, at=clock.now())), None)


@compiled_query()
def _asked_at(*, reference: str, at: datetime) -> QuerySet[SamePersonClaim, datetime]:
    return _unanswered(reference, at).values_list("asked_at", flat=True)


@transaction.atomic
def both_mine_say(*, token: str, is_mine: bool) -> None:
    """Record the answer given on one request's page; "no" deletes the question for both requests.

    A token got with an e-mail address or a printed receipt code is refused, because the officer who
    asks may know both. Raises ``TokenNotFound``, ``ProofRequired`` or ``BothMineNotAsked``.
    """
    found = token_find(token)
    if not token_is_own(found):
        raise ProofRequired
    reference = found.route_id
    rows = _unanswered(reference, clock.now()).select_for_update()
    claim = first_or_refuse(rows, BothMineNotAsked(reference))
    if not is_mine:
        claim.delete()
        return
    side = "first_said_at" if claim.first_id == reference else "second_said_at"
    setattr(claim, side, clock.now())
    claim.save(update_fields=[side])


def _waiting(reference: str, at: datetime) -> QuerySet[SamePersonClaim]:
    """Return a request's unexpired question that is not yet answered on both pages."""
    rows = SamePersonClaim.objects.filter(Q(first=reference) | Q(second=reference))
    open_rows = rows.filter(Q(first_said_at=None) | Q(second_said_at=None))
    return open_rows.filter(expires_at__gt=at).order_by("pk")


def _unanswered(reference: str, at: datetime) -> QuerySet[SamePersonClaim]:
    """Return a request's unexpired question whose answer is missing for this request."""
    return _waiting(reference, at).filter(
        Q(first=reference, first_said_at=None) | Q(second=reference, second_said_at=None)
    )
