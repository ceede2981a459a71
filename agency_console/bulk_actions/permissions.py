"""Functions without queries that say why a bulk action skips a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from agency_console.access.permissions import may_handle
from agency_console.bulk_actions.enums import BulkActionKind, SkipReason
from agency_console.casework.enums import DraftAct
from agency_console.casework.permissions import waits_for_approval
from shared.accounts.permissions import may_assign
from shared.complaints.permissions import may_write
from shared.kernel import clock
from shared.units.types import WHOLE_AGENCY, UnitScope

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRights:
    """The officer of a bulk action, the officer's scope, and the action's arguments.

    ``confirmed_at``: the legal time of a text that is sent. ``target``: the scope of the officer to
    whom cases are assigned.
    """

    kind: BulkActionKind
    arguments: Mapping[str, Any]
    officer: "User"
    scope: UnitScope
    needs_approval: bool
    confirmed_at: datetime | None = None
    target: UnitScope = WHOLE_AGENCY


def skip_reason(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    """Return why the action skips a case, or ``None``; ``case_change`` makes more checks."""
    if rights.kind == BulkActionKind.UNDO:
        return _undo(rights)
    if not is_in_scope(case.unit_id, case.assignee_id, rights):
        return SkipReason.NOT_HERE
    if case.is_merged and rights.kind != BulkActionKind.EXPORT:
        return SkipReason.MERGED
    found = _CHECKS.get(rights.kind)
    return found(case, rights) if found else None


def is_in_scope(unit_id: int | None, assignee_id: int | None, rights: BulkRights) -> bool:
    """Return whether the officer may open a case with this unit and this assignee."""
    return rights.scope.holds(unit_id) or assignee_id == rights.officer.pk


def may_choose(kind: BulkActionKind, role: str) -> bool:
    """Return whether a person with this role may begin an action of this kind."""
    return kind != BulkActionKind.ASSIGN or may_assign(role)


def _undo(rights: BulkRights) -> SkipReason | None:
    # The scope is not checked: an officer who gave a case to another unit may no longer open the
    # case, but may undo this change.
    is_assignment = rights.arguments["kind"] == BulkActionKind.ASSIGN
    return SkipReason.ROLE if is_assignment and not may_assign(rights.officer.role) else None


def _assign(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    if not case.is_open:
        return SkipReason.CLOSED
    if not may_assign(rights.officer.role):
        return SkipReason.ROLE
    if not rights.target.holds(case.unit_id):
        return SkipReason.OUTSIDE_UNIT
    return SkipReason.ALREADY if case.assignee_id == rights.arguments["officer"] else None


def _label(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    has = set(case.label_ids)
    is_done = has.issuperset(rights.arguments["add"]) and has.isdisjoint(rights.arguments["remove"])
    return SkipReason.ALREADY if is_done else None


def _unit(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    if not case.is_open:
        return SkipReason.CLOSED
    if not may_handle(case, rights.officer):
        return SkipReason.NOT_ALLOWED
    return SkipReason.ALREADY if case.unit_id == rights.arguments["unit"] else None


def _reply(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    if not case.is_open:
        return SkipReason.CLOSED
    if waits_for_approval(DraftAct.REPLY, rights.officer, is_asked=rights.needs_approval):
        return SkipReason.APPROVAL
    return _written(case, rights)


def _message(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    return _written(case, rights) if may_write(case, at=clock.now()) else SkipReason.CLOSED


def _written(case: "Complaint", rights: BulkRights) -> SkipReason | None:
    if not may_handle(case, rights.officer):
        return SkipReason.NOT_ALLOWED
    return None if case.language in rights.arguments["templates"] else SkipReason.LANGUAGE


_CHECKS: Mapping[BulkActionKind, Callable[["Complaint", BulkRights], SkipReason | None]] = {
    BulkActionKind.ASSIGN: _assign,
    BulkActionKind.LABEL: _label,
    BulkActionKind.UNIT: _unit,
    BulkActionKind.REPLY: _reply,
    BulkActionKind.MESSAGE: _message,
}
