"""Reviews (appeals) by national oversight: asked for by a citizen, decided with the case file."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from shared.complaints import services
from shared.complaints.errors import InvalidDraft
from shared.complaints.types import FileContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor
from shared.kernel.identifiers import uuid7
from tenants.agencies.selectors import agency_info
from tenants.case_access.errors import ReviewAlreadyDecided, ReviewNotFound
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.oversight_access import case_file_read, case_read
from tenants.case_access.services.printed_codes import printed_code_used, printed_code_uses_of
from tenants.case_access.services.routes import agency_hold, route_held
from tenants.case_access.services.tokens import proof_find, token_find, token_is_own
from tenants.case_access.types import (
    DecidedReview,
    ReviewFile,
    ReviewOutcome,
    ReviewSummary,
    WaitingReview,
)
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import (
    Agency,
    Review,
    Route,
)
from tenants.models.enums import PrintedCodeUse, ReviewCause, ReviewDecision

# The days to decide a review; this term is a promise of the portal and is in no law.
REVIEW_DAYS = 30
MIN_TEXT, MAX_TEXT_LENGTH = 20, 5_000
DECISIONS = (ReviewDecision.UPHELD, ReviewDecision.SENT_BACK)


@transaction.atomic
def review_ask(*, token: str, reason: str) -> None:
    """Request a review by national oversight; ``reason`` has 20 to 5,000 characters.

    Raises ``TokenNotFound``, ``ProofRequired``, ``NothingToReview`` or ``InvalidDraft``.
    """
    found = proof_find(token)
    route = route_held(found.route)
    reason = text_require(reason, field="reason")
    with agency_context(route.agency):
        cause = services.review_asked(reference=route.reference, actor=CITIZEN)
    Review.objects.create(
        id=uuid7(),
        reference=route.reference,
        schema_name=route.agency.schema_name,
        cause=ReviewCause(cause.value),
        reason=reason,
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=REVIEW_DAYS),
    )
    printed_code_used(found, PrintedCodeUse.REVIEW)


def review_of(*, token: str) -> ReviewSummary | None:
    """Return the latest review of a token's case, or ``None``.

    ``reason`` is blank if other people may have the token too. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    if (row := _rows(found.route_id).first()) is None:
        return None
    summary = _review_summary(row)
    return summary if token_is_own(found) else replace(summary, reason="")


def review_outcome(*, agency: Agency, reference: str) -> ReviewOutcome | None:
    """Return the latest review of a request of this agency, without the citizen's reason."""
    with national_context():
        row = _rows(reference).filter(schema_name=agency.schema_name).first()
    return ReviewOutcome(**_facts(row)) if row else None


def reviews_waiting() -> list[WaitingReview]:
    """Return the reviews that wait for a decision, earliest due date first; two queries."""
    rows = list(Review.objects.filter(decision="").order_by("due_on", "asked_at", "id"))
    schemas = {row.schema_name for row in rows}
    agencies = {one.schema_name: one for one in Agency.objects.filter(schema_name__in=schemas)}
    return [
        WaitingReview(
            reference=row.reference,
            agency=agency_info(agencies[row.schema_name]),
            cause=ReviewCause(row.cause),
            asked_at=row.asked_at,
            due_on=row.due_on,
            is_late=row.due_on < clock.today(),
        )
        for row in rows
    ]


@transaction.atomic
def review_case(*, reference: str, actor: Actor) -> ReviewFile:
    """Return the case and the review of a request whose review waits for its decision.

    The access is recorded in the agency's and the national log once a day for each reader; the
    citizen may see it. Raises ``ReviewNotFound``, or ``ReviewAlreadyDecided`` because the right to
    read ends with the decision.
    """
    route, row = _waiting(reference)
    return ReviewFile(
        case=case_read(route=route, actor=actor),
        agency=agency_info(route.agency),
        review=_review_summary(row),
        printed_code_uses=printed_code_uses_of(route=route),
    )


@transaction.atomic
def review_file_read(*, reference: str, attachment_id: UUID, actor: Actor) -> FileContent:
    """Return a file of a request whose review waits; record each access in both audit logs.

    Raises ``ReviewNotFound``, also for a decided review, ``AttachmentNotFound``,
    ``AttachmentWaits``, ``AttachmentInfected``, ``AttachmentMissing``.
    """
    try:
        route, _row = _waiting(reference)
    except ReviewAlreadyDecided:
        raise ReviewNotFound(reference) from None
    return case_file_read(route=route, attachment_id=attachment_id, actor=actor)


def review_decision(*, reference: str) -> DecidedReview | None:
    """Return the decision on a review, without the case; ``None`` while the review waits.

    Raises ``ReviewNotFound``.
    """
    _route, row = _reviewed(reference)
    if not row.decision:
        return None
    agency = Agency.objects.get(schema_name=row.schema_name)
    return DecidedReview(
        reference=reference, agency=agency_info(agency), review=ReviewOutcome(**_facts(row))
    )


@transaction.atomic
def review_decide(*, reference: str, decision: ReviewDecision, text: str, actor: Actor) -> None:
    """Decide a review, with a text for the citizen and the agency.

    A case that is sent back is examined by another officer.

    Raises ``ReviewNotFound``, ``ReviewAlreadyDecided``, ``NoReplyToUphold``,
    ``TransitionNotAllowed`` or ``InvalidDraft``.
    """
    route, _row = _waiting(reference)
    text = text_require(text, field="text")
    if decision not in DECISIONS:
        raise InvalidDraft(field="decision")
    # A case that is sent back is open again: the destruction of its agency must not have begun.
    agency_hold(route=route)
    # The case is changed before the review row, as when a review is asked for or withdrawn;
    # another order could be a deadlock.
    with agency_context(route.agency):
        services.review_decided(
            reference=reference, is_sent_back=decision == ReviewDecision.SENT_BACK, actor=actor
        )
    if not Review.objects.filter(reference=reference, decision="").update(
        decision=decision,
        text=text,
        decided_at=clock.now(),
        user_id=actor.user_id,
        label=actor.label,
    ):
        raise ReviewAlreadyDecided(reference)


def _waiting(reference: str) -> tuple[Route, Review]:
    """Return the route and the waiting review of a request.

    Raises ``ReviewNotFound`` or ``ReviewAlreadyDecided``.
    """
    route, row = _reviewed(reference)
    if row.decision:
        raise ReviewAlreadyDecided(reference)
    return route, row


def _reviewed(reference: str) -> tuple[Route, Review]:
    row, route = _rows(reference).first(), route_by_reference(reference)
    if row is None or route is None:
        raise ReviewNotFound(reference)
    return route, row


def text_require(value: str, *, field: str, limit: int = MAX_TEXT_LENGTH) -> str:
    """Return a text without outer spaces. Raises ``InvalidDraft`` if too short or too long."""
    text = value.strip()
    if not MIN_TEXT <= len(text) <= limit:
        raise InvalidDraft(field=field)
    return text


def _rows(reference: str) -> QuerySet[Review]:
    return Review.objects.filter(reference=reference).order_by("-asked_at", "-id")


def _review_summary(row: Review) -> ReviewSummary:
    return ReviewSummary(reason=row.reason, **_facts(row))


def _facts(row: Review) -> dict[str, Any]:
    return {
        "cause": ReviewCause(row.cause),
        "asked_at": row.asked_at,
        "due_on": row.due_on,
        "decision": ReviewDecision(row.decision) if row.decision else None,
        "text": row.text,
        "decided_at": row.decided_at,
    }


@transaction.atomic
def review_lapse(*, reference: str) -> None:
    """End the waiting review, if any, of a request that its citizen withdraws."""
    Review.objects.filter(reference=reference, decision="").update(
        decision=ReviewDecision.LAPSED, decided_at=clock.now()
    )
