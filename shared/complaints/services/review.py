"""Services that record requests for a review by national oversight, and its decisions."""

from django.db import transaction

from shared.complaints.enums import AppealCause, EventKind
from shared.complaints.errors import NoReplyToUphold, NothingToReview
from shared.complaints.permissions import appeal_cause, may_appeal
from shared.complaints.selectors import case_events
from shared.complaints.services.case_routing import case_route, route_record
from shared.complaints.services.history import case_lock, case_open_again, event_record
from shared.complaints.services.merge import merge_end
from shared.complaints.workflow import appeal_of
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.routing.enums import Occasion


@transaction.atomic
def review_asked(*, reference: str, actor: Actor) -> AppealCause:
    """Record that the citizen requested a review; return the legal cause of the review.

    Raises ``NothingToReview``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    if not may_appeal(complaint, at=clock.now(), appeal=appeal_of(case_events(complaint))):
        raise NothingToReview(reference)
    event_record(complaint, EventKind.REVIEW_ASKED, actor)
    return appeal_cause(complaint)


@transaction.atomic
def review_decided(*, reference: str, is_sent_back: bool, actor: Actor) -> None:
    """Record the decision of a review: the reply is upheld, or another officer examines the case.

    A request without a reply only gets the event: it is still open, and its missed term stays
    visible. Raises ``NothingToReview``, ``NoReplyToUphold`` or ``TransitionNotAllowed``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    if not appeal_of(case_events(complaint)).is_waiting:
        raise NothingToReview(reference)
    if complaint.is_open and not is_sent_back:
        raise NoReplyToUphold(reference)
    if is_sent_back and not complaint.is_open:
        merge_end(complaint, actor=actor, is_told=False)
        case_open_again(complaint)
        former_id = complaint.unit_id
        routed = case_route(complaint, occasion=Occasion.REOPENED)
        event = event_record(complaint, EventKind.REVIEW_DECIDED, actor)
        route_record(complaint, routed, event=event, former_id=former_id)
    else:
        event_record(complaint, EventKind.REVIEW_DECIDED, actor)
