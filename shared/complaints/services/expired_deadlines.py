"""The hourly work on cases whose deadlines have expired."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from django.db import InterfaceError, OperationalError, transaction

from shared.complaints.enums import ANSWERS, EventKind, Status
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    cases_to_close,
    files_wait,
    is_promise_unasked,
    promises_to_ask,
    waits_to_end,
)
from shared.complaints.services.escalation import Apart, cases_escalate
from shared.complaints.services.files import attachments_scan
from shared.complaints.services.history import case_lock_now, event_record, status_set
from shared.complaints.services.list_columns import due_dates_refresh
from shared.complaints.services.staff_digest import staff_mail_write
from shared.kernel import clock
from shared.kernel.actors import Actor

logger = logging.getLogger(__name__)


def expired_deadlines_apply(*, actor: Actor) -> int:
    """Do what is due on cases: ask about promises, close cases, end waits, escalate late replies.

    Also computes last days again, and queues the e-mails to staff about waiting cases. Returns the
    count of events; a second run records no event. If a case fails, all cases are processed again,
    each in a savepoint of its own, so that the other cases succeed.
    """
    kept = _all_kept(actor)
    # This call has a transaction of its own, so that the cases above are not locked longer.
    due_dates_refresh(at=clock.now())
    staff_mail_write()
    if files_wait():
        # The scanner was unavailable for longer than the retries of the task.
        attachments_scan.enqueue()
    return kept


def _all_kept(actor: Actor) -> int:
    try:
        return _cases_kept(actor, nullcontext)
    except (OperationalError, InterfaceError):
        # An unavailable or busy database server is no error of one case.
        raise
    except Exception as fault:  # any error of one case must not stop the others
        logger.error("a case stops the work on all: %s", type(fault).__name__)
    return _cases_kept(actor, _logged_apart)


@contextmanager
def _logged_apart() -> Iterator[None]:
    """Roll back the work on one case if it fails, and log the error."""
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # any error of one case must not stop the others
        logger.error("a case cannot be kept: %s", type(fault).__name__)


@transaction.atomic
def _cases_kept(actor: Actor, apart: Apart) -> int:
    def kept(
        references: Sequence[str],
        kind: EventKind,
        is_due: Callable[[Complaint], bool],
        to: Status | None = None,
    ) -> int:
        number = 0
        for one in references:
            with apart():
                number += _is_kept(one, kind, is_due, to, actor)
        return number

    # Promises come first, so that the citizen is asked about a promise even if the case closes now.
    asked = kept(promises_to_ask(at=clock.now()), EventKind.PROMISE_ASKED, is_promise_unasked)
    answered = cases_to_close(at=clock.now())
    closed = kept(answered, EventKind.CLOSED, lambda case: case.status in ANSWERS, Status.CLOSED)
    waits = waits_to_end(on=clock.today())
    ended = kept(waits, EventKind.WAIT_ENDED, _is_wait_over, Status.IN_PROGRESS)
    return asked + closed + ended + cases_escalate(actor=actor, apart=apart)


def _is_kept(
    reference: str,
    kind: EventKind,
    is_due: Callable[[Complaint], bool],
    to: Status | None,
    actor: Actor,
) -> bool:
    # The query that found the cases took no lock, so each case is checked again under its lock. A
    # case that is locked now is processed an hour later.
    complaint = case_lock_now(reference=reference)
    if complaint is None or not is_due(complaint):
        return False
    if to is not None:
        status_set(complaint, to)
    event_record(complaint, kind, actor)
    return True


def _is_wait_over(complaint: Complaint) -> bool:
    # A question that was asked meanwhile has a later day for the answer, so this wait does not end.
    return complaint.awaiting_until is not None and complaint.awaiting_until < clock.today()
