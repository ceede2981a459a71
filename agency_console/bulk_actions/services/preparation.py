"""Services that prepare, confirm, cancel and undo a bulk action."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.errors import (
    BulkActionNotFound,
    BulkActionStarted,
    BulkActionUnfinished,
    NothingToUndo,
)
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.permissions import may_choose
from agency_console.bulk_actions.selectors import may_undo
from agency_console.bulk_actions.services.list_files import exports_delete_expired
from agency_console.bulk_actions.services.runner import bulk_action_run
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.complaints.selectors import case_versions
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse

# Unconfirmed actions are deleted after a day, and results after a month.
PREPARED_LIFE, RESULT_LIFE = timedelta(days=1), timedelta(days=30)
# The web request handles the first cases; after this time, a worker handles the other cases.
WORKER_AFTER = timedelta(seconds=10)


@transaction.atomic
def action_begin(
    *, kind: BulkActionKind, case_ids: Sequence[int], query: str, officer: User
) -> BulkAction:
    """Create an unconfirmed action; delete the officer's old actions, and expired exported files.

    Raises ``PermissionDenied``.
    """
    if not may_choose(kind, officer.role):
        raise PermissionDenied
    now = clock.now()
    own = BulkAction.objects.filter(officer=officer, path="")
    own.filter(state=BulkState.PREPARED, created_at__lt=now - PREPARED_LIFE).delete()
    own.filter(created_at__lt=now - RESULT_LIFE).delete()
    exports_delete_expired()
    action: BulkAction = BulkAction.objects.create(
        id=uuid7(),
        officer=officer,
        kind=kind,
        query=query,
        case_ids=case_ids,
        case_versions=case_versions(case_ids),
        state=BulkState.PREPARED,
        created_at=now,
        changed_at=now,
    )
    return action


@transaction.atomic
def arguments_set(*, action_id: UUID, arguments: Mapping[str, Any], officer: User) -> None:
    """Store the arguments and the present versions of the cases for the preview.

    Raises ``BulkActionNotFound`` or ``BulkActionStarted``.
    """
    action = _locked(action_id, officer)
    if action.state != BulkState.PREPARED:
        raise BulkActionStarted(str(action_id))
    action.arguments = dict(arguments)
    action.case_versions = case_versions(action.case_ids)
    action.save(update_fields=["arguments", "case_versions"])


@transaction.atomic
def action_start(*, action_id: UUID, officer: User, actor: Actor) -> None:
    """Confirm an action and queue its task, which does the action even if this web request fails.

    A second call while the action runs only queues another task. Raises ``BulkActionNotFound``,
    ``BulkActionUnfinished`` or ``BulkActionStarted``.
    """
    action = _locked(action_id, officer)
    if not action.arguments:
        raise BulkActionUnfinished(str(action_id))
    if action.state not in (BulkState.PREPARED, BulkState.RUNNING):
        raise BulkActionStarted(str(action_id))
    if action.state == BulkState.PREPARED:
        action.state = BulkState.RUNNING
        action.confirmed_at = action.changed_at = clock.now()
        action.save(update_fields=["state", "confirmed_at", "changed_at"])
        _note(action, actor)
    _queue(action)


@transaction.atomic
def action_cancel(*, action_id: UUID, officer: User, actor: Actor) -> None:
    """Cancel an action: cases that are not handled yet stay unchanged.

    Raises ``BulkActionNotFound``, or ``BulkActionStarted`` where the action has ended.
    """
    action = _locked(action_id, officer)
    if action.state not in (BulkState.PREPARED, BulkState.RUNNING):
        raise BulkActionStarted(str(action_id))
    action.state, action.ended_at = BulkState.CANCELLED, clock.now()
    action.save(update_fields=["state", "ended_at"])
    audit_record(actor=actor, action="bulk.cancelled", subject=f"bulk action {action.pk}")


@transaction.atomic
def action_undo(*, action_id: UUID, officer: User, actor: Actor) -> BulkAction:
    """Begin to undo what an action changed; return the new action of kind ``UNDO``.

    Raises ``BulkActionNotFound`` or ``NothingToUndo``.
    """
    action = _locked(action_id, officer)
    if not may_undo(action):
        raise NothingToUndo(str(action_id))
    now = clock.now()
    undo = BulkAction.objects.create(
        id=uuid7(),
        officer=officer,
        kind=BulkActionKind.UNDO,
        query=action.query,
        arguments={"action": str(action.pk), "kind": action.kind},
        case_ids=[case_id for case_id, _version, _before in action.undo],
        case_versions=[version for _case_id, version, _before in action.undo],
        # The former values of each case, in the same order.
        undo=[before for _case_id, _version, before in action.undo],
        state=BulkState.RUNNING,
        created_at=now,
        confirmed_at=now,
        changed_at=now,
    )
    action.state = BulkState.UNDONE
    action.save(update_fields=["state"])
    _note(undo, actor)
    _queue(undo)
    return undo


def _locked(action_id: UUID, officer: User) -> BulkAction:
    found = BulkAction.objects.select_for_update(no_key=True).filter(pk=action_id, officer=officer)
    return first_or_refuse(found, BulkActionNotFound(str(action_id)))


def _note(action: BulkAction, actor: Actor) -> None:
    subject = f"bulk action {action.pk}: {len(action.case_ids)} cases"
    audit_record(actor=actor, action=f"bulk.{action.kind}", subject=subject)


def _queue(action: BulkAction) -> None:
    # The task is queued in the transaction that confirms the action, so both happen or neither.
    bulk_action_run.using(run_after=clock.now() + WORKER_AFTER).enqueue(action_id=str(action.pk))
