"""Escalation of late replies, step by step, to the staff who must act on a late reply."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from itertools import pairwise

from django.db import transaction
from django.db.models import Model

from shared.audit.services import audit_record
from shared.complaints.enums import EventKind
from shared.complaints.errors import ChainOrderInvalid, ChainStepInvalid, RemindersMissing
from shared.complaints.models import Complaint, EscalationRule
from shared.complaints.selectors.escalation import cases_to_escalate, escalation_chain
from shared.complaints.services.escalation_mail import EscalatedCase, escalation_mail_queue
from shared.complaints.services.history import case_lock_now, event_record, event_rows
from shared.complaints.services.worker_locks import ESCALATION, worker_lock
from shared.complaints.types.escalation import (
    BOUNDS,
    NATIONAL_CHAIN,
    REMINDERS,
    Chain,
    ChainStep,
    steps_due,
)
from shared.kernel import clock
from shared.kernel.actors import Actor

Apart = Callable[[], AbstractContextManager[None]]


@transaction.atomic
def cases_escalate(*, actor: Actor, apart: Apart = nullcontext) -> int:
    """Record every escalation step that open complaints have reached; return the number of steps.

    Each step is recorded once a round, even if two workers run. After an outage all missed steps
    are recorded in order, except reminders that are too late, and only the last step leads to
    e-mails. ``apart``: the context manager for the work on each case.
    """
    chain, today = escalation_chain(), clock.today()
    found = cases_to_escalate(chain=chain, on=today)
    # Without the lock two workers would each write an e-mail about half of the cases of a step.
    if not found or not worker_lock(ESCALATION, is_waiting=False):
        return 0
    told: list[EscalatedCase] = []
    number = 0
    for reference in found:
        with apart():
            case, due = _brought_on(reference, chain, today, actor)
            number += len(due)
            # A merged case gets no e-mail, because officers answer the case through its main case,
            # whose term ends earlier.
            if case is not None and due and not case.is_merged:
                told.append(
                    EscalatedCase(
                        step=due[-1],
                        reference=case.reference,
                        assignee_id=case.assignee_id,
                        unit_id=case.unit_id,
                    )
                )
    escalation_mail_queue(told)
    return number


def _brought_on(
    reference: str, chain: Chain, today: date, actor: Actor
) -> tuple[Complaint | None, Sequence[ChainStep]]:
    """Return the locked case and the steps recorded now; ``(None, ())`` if the case is locked or
    ended.
    """
    case = case_lock_now(reference=reference)
    # The case was answered, or another worker escalated it, since the query found it.
    if case is None or not case.is_open:
        return None, ()
    due = steps_due(chain, done=case.escalated, due_on=case.due_on, on=today)
    _record(case, due, actor)
    return case, due


def _record(case: Complaint, due: Sequence[ChainStep], actor: Actor) -> None:
    """Record the due steps of a case, at most four, with one statement."""
    earlier: list[Model] = []
    for step in due[:-1]:
        case.escalated = step.number
        event, others = event_rows(case, step.kind, actor)
        earlier += [event, *others]
    for step in due[-1:]:
        case.escalated = step.number
        event_record(case, step.kind, actor, beside=earlier)


@transaction.atomic
def escalation_chain_change(*, steps: Iterable[ChainStep], actor: Actor) -> None:
    """Set the escalation steps of this agency, for its open cases from now on.

    Steps that are already recorded for a case are not repeated. Raises ``ChainStepInvalid``,
    ``ChainOrderInvalid`` or ``RemindersMissing``.
    """
    given = {step.kind: step for step in steps}
    chain = tuple(given.get(step.kind, step) for step in NATIONAL_CHAIN)
    _require_within_bounds(chain)
    before = {step.kind: step for step in escalation_chain()}
    for step in chain:
        # All steps are written in this order, so that the later of two simultaneous changes waits
        # here and then replaces all steps.
        values = {"days": step.days, "is_active": step.is_active, "audience": step.audience}
        EscalationRule.objects.update_or_create(step=step.kind, defaults=values)
        if step == before[step.kind]:
            continue
        audit_record(
            actor=actor,
            action="escalation.changed",
            subject=f"{step.kind} {step.days:+d} {step.audience if step.is_active else 'off'}",
        )


def _require_within_bounds(chain: Chain) -> None:
    for step in chain:
        first, last = BOUNDS[step.kind]
        is_optional = step.kind in REMINDERS
        if not (first <= step.days <= last) or not (step.is_active or is_optional):
            raise ChainStepInvalid(field=step.kind, first=first, last=last)
    if not any(step.is_active for step in chain if step.kind in REMINDERS):
        raise RemindersMissing(field=EventKind.TERM_IN_5)
    active = [step for step in chain if step.is_active]
    for earlier, later in pairwise(active):
        is_second_reminder = later.kind in REMINDERS
        if later.days < earlier.days or (later.days == earlier.days and is_second_reminder):
            raise ChainOrderInvalid(field=later.kind)
