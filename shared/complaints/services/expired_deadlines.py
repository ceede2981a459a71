"""What happens to cases only because days pass."""

from django.db import transaction

from shared.complaints.enums import EventKind, Status
from shared.complaints.selectors import (
    cases_to_close,
    files_wait,
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
    asked = promises_to_ask(at=clock.now())
    for reference in asked:
        event_record(case_lock(reference=reference), EventKind.PROMISE_ASKED, actor)
    ends = [
        *((row, Status.CLOSED, EventKind.CLOSED) for row in cases_to_close(at=clock.now())),
        *(
            (row, Status.IN_PROGRESS, EventKind.WAIT_ENDED)
            for row in waits_to_end(on=clock.today())
        ),
    ]
    for reference, status, kind in ends:
        complaint = case_lock(reference=reference)
        case_move(complaint, status)
        event_record(complaint, kind, actor)
    escalated = cases_escalate(actor=actor)
    due_dates_refresh(at=clock.now())
    staff_mail_upkeep()
    if files_wait():
        # The scanner was away for longer than its own tries.
        attachments_scan.enqueue()
    return len(asked) + len(ends) + escalated
