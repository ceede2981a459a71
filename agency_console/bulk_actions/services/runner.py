"""Services that handle the cases of a bulk action in order, each case in its own transaction."""

from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Value

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.selectors import rights_of
from agency_console.bulk_actions.services.case_changes import CaseSkipped, case_change
from agency_console.bulk_actions.services.list_files import list_file_write
from shared.accounts.models import User
from shared.accounts.permissions import may_work
from shared.accounts.selectors import user_get
from shared.complaints.selectors import cases_numbered
from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.errors import DomainError, TryLater
from tenants.agencies.selectors import agency_is_open, agency_list
from tenants.fleet.services.lifecycle.selectors import roles_displaced
from tenants.models import Agency

# A task may occupy a worker for this time; then it queues a new task.
TASK_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """The action of a run and its agency; ``case_ids`` and ``case_versions`` do not change."""

    action: BulkAction
    agency: Agency


@schema_task(place=TaskPlace.AGENCY, attempts=6)
def bulk_action_run(action_id: str) -> bool:
    """Continue an action at its next case; return whether the action has ended.

    Does nothing if the action has ended already, for example if the web request handled all cases.
    """
    agency = agency_list().get(schema_name=getattr(connection, "schema_name", ""))
    has_ended = bulk_run(action_id=UUID(action_id), agency=agency, seconds=TASK_SECONDS)
    if not has_ended:
        bulk_action_run.enqueue(action_id=action_id)
    return has_ended


def bulk_run(*, action_id: UUID, agency: Agency, seconds: float) -> bool:
    """Handle the next cases of an action for ``seconds``; return whether the action has ended.

    Each case has a transaction of its own, which also stores the position of the action. So a
    killed process loses and repeats no change, and two processes can work on one action.
    """
    action = BulkAction.objects.filter(pk=action_id).first()
    if action is None or action.state != BulkState.RUNNING:
        return True
    turn = _Turn(action=action, agency=agency)
    until = monotonic() + seconds
    while _next_case(turn):
        if monotonic() >= until:
            return False
    return True


@transaction.atomic
def _next_case(turn: _Turn) -> bool:
    """Handle the next case; return whether any case may be left."""
    pk, case_ids = turn.action.pk, turn.action.case_ids
    rows = BulkAction.objects.filter(pk=pk)
    state, position = rows.select_for_update(no_key=True).values_list("state", "position").get()
    if state != BulkState.RUNNING:
        return False
    officer = user_get(user_id=turn.action.officer_id)
    if not _may_go_on(officer, turn.agency):
        # No case is changed in the name of an officer who may not work here now.
        rows.update(state=BulkState.CANCELLED, ended_at=clock.now())
        return False
    if turn.action.kind == BulkActionKind.EXPORT:
        list_file_write(turn.action, officer=officer)
        return False
    if position < len(case_ids):
        rows.update(
            position=position + 1, changed_at=clock.now(), **_handled(turn, position, officer)
        )
        position += 1
    if position >= len(case_ids):
        rows.update(state=BulkState.DONE, ended_at=clock.now())
        return False
    return True


def _handled(turn: _Turn, position: int, officer: User) -> dict[str, Any]:
    """Change the case at ``position``; return the values to set in the action's row."""
    action, case_id = turn.action, turn.action.case_ids[position]
    rights = rights_of(action, officer=officer, agency=turn.agency)
    actor = Actor(kind=ActorKind.OFFICER, label=officer.name, user_id=officer.pk)
    try:
        # A savepoint, so that a refused case is rolled back while its skip reason is kept.
        with transaction.atomic():
            version, before = case_change(
                action, position=position, rights=rights, agency=turn.agency, actor=actor
            )
    except CaseSkipped as skipped:
        return _skipped(case_id, skipped.reason)
    except TryLater:
        # The servers failed, not the case: the position does not change, and the task is retried.
        raise
    except DomainError as refusal:
        return _skipped(case_id, refusal.code)
    if before is None:
        return {"done": F("done") + 1}
    return {"done": F("done") + 1, "undo": _appended("undo", [case_id, version, before])}


def _skipped(case_id: int, code: str) -> dict[str, Any]:
    found = cases_numbered([case_id])
    reference = found[0].reference if found else str(case_id)
    return {"skipped": _appended("skipped", [reference, code])}


def _appended(column: str, entry: list[Any]) -> Func:
    """Return an expression that adds an entry to a JSON column without reading it."""
    return Func(
        F(column),
        Value([entry], output_field=JSONField()),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=JSONField(),
    )


def _may_go_on(officer: User, agency: Agency) -> bool:
    may_enter = officer.is_active and may_work(officer.role)
    return may_enter and officer.role not in roles_displaced() and agency_is_open(agency)
