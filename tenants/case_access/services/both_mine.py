"""Ask a citizen whether two requests are theirs, and keep what is said on the page of each.

Whoever holds one of the two learns nothing of the other but that there is one.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.selectors import first_or_refuse
from tenants.case_access.errors import (
    BothMineNotAsked,
    PersonNotAsked,
    ProofRequired,
    TokenNotFound,
)
from tenants.case_access.services.same_person import person_links
from tenants.case_access.services.tokens import (
    token_detail_of,
    token_find,
    token_is_own,
    token_rows,
)
from tenants.case_access.types import TokenDetail
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency, SamePersonClaim

CLAIM_LIFE = timedelta(days=30)


@transaction.atomic
def both_mine_ask(*, agency: Agency, reference: str, other: str, actor: Actor) -> None:
    """Ask on the page of each request whether both are of the person; a line in the agency's log.

    Only where the mailbox of each has answered, and of a request one question at a time. Raises
    ``PersonNotAsked``.
    """
    link = person_links(agency=agency, reference=reference, others=[other])[other]
    first, second = sorted((reference, other))
    now = clock.now()
    with national_context():
        if not link.may_ask or _waiting(first).exists() or _waiting(second).exists():
            raise PersonNotAsked(reference)
        # A question of before that nobody has answered in time.
        SamePersonClaim.objects.filter(first=first, second=second).delete()
        SamePersonClaim.objects.create(
            first_id=first, second_id=second, asked_at=now, expires_at=now + CLAIM_LIFE
        )
    audit_record(actor=actor, action="case.both_mine_asked", subject=reference)
    audit_record(actor=actor, action="case.both_mine_asked", subject=other)


def token_question(*, token: str) -> TokenDetail:
    """What a token opens and allows, and whether its request is asked; one query for both.

    Raises ``TokenNotFound``.
    """
    asked = _unanswered(OuterRef("route_id")).values("asked_at")[:1]
    rows = token_rows(token).annotate(asked_at=Subquery(asked))
    found = first_or_refuse(rows, TokenNotFound())
    return token_detail_of(found, both_mine_asked_at=vars(found)["asked_at"])


@transaction.atomic
def both_mine_say(*, token: str, is_mine: bool) -> None:
    """Answer for the opened request; "no" ends the question for both.

    Not by a code that an officer has printed: who asks would answer for the citizen. Raises
    ``TokenNotFound``, ``ProofRequired`` or ``BothMineNotAsked``.
    """
    found = token_find(token)
    if not token_is_own(found):
        raise ProofRequired
    reference = found.route_id
    rows = _unanswered(reference).select_for_update()
    claim = first_or_refuse(rows, BothMineNotAsked(reference))
    if not is_mine:
        claim.delete()
        return
    side = "first_said_at" if claim.first_id == reference else "second_said_at"
    setattr(claim, side, clock.now())
    claim.save(update_fields=[side])


def _waiting(reference: str | OuterRef) -> QuerySet[SamePersonClaim]:
    """The question about a request that waits for one answer or for both."""
    rows = SamePersonClaim.objects.filter(Q(first=reference) | Q(second=reference))
    open_rows = rows.filter(Q(first_said_at=None) | Q(second_said_at=None))
    return open_rows.filter(expires_at__gt=clock.now()).order_by("pk")


def _unanswered(reference: str | OuterRef) -> QuerySet[SamePersonClaim]:
    """The question that waits for the answer of this request."""
    return _waiting(reference).filter(
        Q(first=reference, first_said_at=None) | Q(second=reference, second_said_at=None)
    )
