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
    """Ask about promises, close cases, end waits and escalate late replies, as days pass.

    Also queues the e-mails to staff about waiting cases. Returns the number of events; a second run
    has none. A case that fails because of what its agency has written stops no other case: then
    each case is processed by itself, which costs two statements more.
    """
    kept = _all_kept(actor)
    # Not in the transaction above, which keeps its cases locked until it ends.
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
        # The server is unavailable or busy: nothing is wrong with any case.
        raise
    except Exception as fault:  # whatever it is, others wait behind it
        logger.error("a case stops the work on all: %s", type(fault).__name__)
    return _cases_kept(actor, _logged_apart)


@contextmanager
def _logged_apart() -> Iterator[None]:
    """Roll back the work on one case where it fails, log the error, and go on."""
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # whatever it is, others wait behind it
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

    # First: the citizen is asked about a promise without a day even if the case closes now.
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
    # The cases were found without a lock: each is checked again under its lock, because its citizen
    # or another worker may have changed it. A case that is locked now is processed an hour later.
    complaint = case_lock_now(reference=reference)
    if complaint is None or not is_due(complaint):
        return False
    if to is not None:
        status_set(complaint, to)
    event_record(complaint, kind, actor)
    return True


def _is_wait_over(complaint: Complaint) -> bool:
    # A question asked meanwhile has a day of its own.
    return complaint.awaiting_until is not None and complaint.awaiting_until < clock.today()
