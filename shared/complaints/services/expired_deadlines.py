"""What happens to cases only because days pass."""

from django.db import transaction

from shared.complaints.enums import ANSWERS, EventKind, Status
from shared.complaints.selectors import (
    cases_to_close,
    files_wait,
    is_promise_unasked,
    promises_to_ask,
    waits_to_end,
)
from shared.complaints.services.escalation import cases_escalate
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import case_lock, case_move, event_record
from shared.complaints.services.list_columns import due_dates_refresh
from shared.complaints.services.staff_digest import staff_mail_upkeep
from shared.kernel import clock
from shared.kernel.actors import Actor


@transaction.atomic
def cases_upkeep(*, actor: Actor) -> int:
    """Ask after promises, close what can no longer be re-opened, end what waited past its date.

    Late replies are brought to those who answer for them.

    The staff is written to about what waits for them. Returns the number of events; run again,
    there are none.
    """
    # First: of a case without a day that closes now it is asked all the same.
    asked = sum(_is_asked(one, actor) for one in promises_to_ask(at=clock.now()))
    closed = sum(_is_closed(one, actor) for one in cases_to_close(at=clock.now()))
    ended = sum(_is_wait_ended(one, actor) for one in waits_to_end(on=clock.today()))
    escalated = cases_escalate(actor=actor)
    due_dates_refresh(at=clock.now())
    staff_mail_upkeep()
    if files_wait():
        # The scanner was away for longer than its own tries.
        attachments_scan.enqueue()
    return asked + closed + ended + escalated


# The cases were found without a lock: each is judged again under its own. Meanwhile its citizen may
# have done something, or another worker the same.


def _is_asked(reference: str, actor: Actor) -> bool:
    complaint = case_lock(reference=reference)
    if not is_promise_unasked(complaint):
        return False
    event_record(complaint, EventKind.PROMISE_ASKED, actor)
    return True


def _is_closed(reference: str, actor: Actor) -> bool:
    complaint = case_lock(reference=reference)
    if complaint.status not in ANSWERS:
        return False
    case_move(complaint, Status.CLOSED)
    event_record(complaint, EventKind.CLOSED, actor)
    return True


def _is_wait_ended(reference: str, actor: Actor) -> bool:
    complaint = case_lock(reference=reference)
    until = complaint.awaiting_until
    # A question asked meanwhile has a day of its own.
    if until is None or until >= clock.today():
        return False
    case_move(complaint, Status.IN_PROGRESS)
    event_record(complaint, EventKind.WAIT_ENDED, actor)
    return True
