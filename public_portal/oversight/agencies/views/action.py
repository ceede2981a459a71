"""One action on a workspace: who may do it, and when it is offered."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from public_portal.oversight.agencies.forms.workspaces import ActionForm
from public_portal.oversight.agencies.types import WorkspaceDetail
from shared.accounts.permissions import may_operate
from tenants.models.enums import AgencyState, ApprovalKind

Condition = Callable[[WorkspaceDetail], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action: its form, what is called with its arguments, what is said before and after."""

    title: Promise
    lead: Promise
    success: Promise
    form: type[ActionForm]
    do: Callable[..., object]
    is_offered: Condition
    may: Callable[[str], bool] = may_operate


def is_in(*states: AgencyState) -> Condition:
    """While the workspace is in one of these states."""
    return lambda sheet: sheet.health.state in states


def is_not_destroyed(sheet: WorkspaceDetail) -> bool:
    """While it is not destroyed."""
    return sheet.health.state in (
        AgencyState.ACTIVE,
        AgencyState.SUSPENDED,
        AgencyState.ARCHIVED,
    )


def is_being_destroyed(sheet: WorkspaceDetail) -> bool:
    """Once its destruction was asked for."""
    return sheet.order is not None or sheet.job is not None


def waits(kind: ApprovalKind) -> Condition:
    """While something of that kind waits for a second person."""
    return lambda sheet: sheet.approval(kind) is not None


def is_own(kind: ApprovalKind, *, own: bool = True) -> Condition:
    """While it waits, and the reader has asked for it; with ``own=False``, somebody else has."""

    def is_offered(sheet: WorkspaceDetail) -> bool:
        found = sheet.approval(kind)
        return found is not None and found.is_own is own

    return is_offered
