"""Services for the acts on a case that only the citizen can do."""

from django.db import transaction

from shared.complaints.enums import EventKind, MessageKind, Status
from shared.complaints.errors import (
    AlreadyRated,
    AlreadyTold,
    InvalidDraft,
    NothingToRate,
    NothingToReport,
    ReopenTermPassed,
    ReviewAsked,
    ReviewIsTheWay,
)
from shared.complaints.models import Rating
from shared.complaints.permissions import is_refused_again, may_rate, may_reopen
from shared.complaints.selectors import case_events, promise_of
from shared.complaints.services.case_routing import case_route, route_record
from shared.complaints.services.conversation import message_append
from shared.complaints.services.history import (
    case_lock,
    case_open_again,
    event_record,
    status_set,
)
from shared.complaints.services.merge import merge_end
from shared.complaints.types import RatingDraft
from shared.complaints.workflow import appeal_of, require_move
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.routing.enums import Occasion
from shared.rows.selectors import found_or_refuse


@transaction.atomic
def rating_give(*, reference: str, draft: RatingDraft, actor: Actor) -> Rating:
    """Store the citizen's rating of the current reply: matter resolved or not, handling from 1 to
    5.

    Each reply can be rated once. Raises ``NothingToRate``, ``AlreadyRated`` or ``InvalidDraft``.
    """
    complaint = case_lock(reference=reference)
    if not may_rate(complaint, rated=False):
        raise NothingToRate(reference)
    if complaint.ratings.filter(round=complaint.reopened).exists():
        raise AlreadyRated(reference)
    if not 1 <= draft.handling <= 5:
        raise InvalidDraft(field="handling")
    rating = Rating.objects.create(
        complaint=complaint,
        round=complaint.reopened,
        resolved=draft.resolved,
        handling=draft.handling,
        comment=draft.comment,
        at=clock.now(),
    )
    event_record(complaint, EventKind.RATED, actor, rating=rating)
    return rating


@transaction.atomic
def promise_report(*, reference: str, kept: bool, actor: Actor) -> None:
    """Record the citizen's report whether a promise was kept; one report in each round.

    The report is allowed from the day that the reply names on. If the reply names no day, the
    report is allowed after four weeks, or once the citizen was asked. Raises ``NothingToReport`` or
    ``AlreadyTold``.
    """
    complaint = case_lock(reference=reference)
    asked = promise_of(complaint, case_events(complaint), at=clock.now())
    promise = found_or_refuse(asked, NothingToReport(reference))
    if promise.kept is not None:
        raise AlreadyTold(reference)
    event_record(complaint, EventKind.PROMISE_TOLD, actor, kept=kept)


@transaction.atomic
def complaint_reopen(*, reference: str, body: str, actor: Actor, is_not_done: bool = False) -> None:
    """Re-open a case at once, with a new term; the citizen can still read the earlier replies.

    ``is_not_done``: the citizen says that the agency did not do what its reply announced. From the
    day of the promise on, the re-opening is also recorded as the citizen's report that the promise
    was broken. Cases that were answered through this case do not change. Raises
    ``ReopenTermPassed``, ``ReviewIsTheWay``, ``ReviewAsked``, ``TransitionNotAllowed`` or
    ``InvalidDraft``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    require_move(Status(complaint.status), Status.REOPENED)
    if is_refused_again(complaint):
        raise ReviewIsTheWay(reference)
    appeal = appeal_of(case_events(complaint))
    if appeal.is_asked:
        raise ReviewAsked(reference)
    if not may_reopen(complaint, at=clock.now(), appeal=appeal):
        raise ReopenTermPassed(reference)
    if is_not_done:
        promise = promise_of(complaint, case_events(complaint), at=clock.now())
        if promise is not None and promise.kept is None:
            event_record(complaint, EventKind.PROMISE_TOLD, actor, kept=False)
    merge_end(complaint, actor=actor, is_told=False)
    case_open_again(complaint)
    former_id = complaint.unit_id
    routed = case_route(complaint, occasion=Occasion.REOPENED)
    message_append(complaint, MessageKind.MESSAGE, body, officer=None)
    event = event_record(complaint, EventKind.REOPENED, actor)
    route_record(complaint, routed, event=event, former_id=former_id)


@transaction.atomic
def complaint_withdraw(*, reference: str, actor: Actor) -> None:
    """Withdraw a request; its open merges with other cases end.

    Raises ``TransitionNotAllowed``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    require_move(Status(complaint.status), Status.WITHDRAWN)
    merge_end(complaint, actor=actor, is_told=False)
    status_set(complaint, Status.WITHDRAWN)
    event_record(complaint, EventKind.WITHDRAWN, actor)
