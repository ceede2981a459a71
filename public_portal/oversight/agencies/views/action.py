"""The type of an action on a workspace, and the conditions of an action."""

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
    """One action on a workspace: texts, form, function, permission and condition."""

    title: Promise
    lead: Promise
    success: Promise
    form: type[ActionForm]
    do: Callable[..., object]
    is_offered: Condition
    may: Callable[[str], bool] = may_operate


def is_in(*states: AgencyState) -> Condition:
    """Return the condition that the workspace is in one of these states."""
    return lambda detail: detail.health.state in states


def is_not_destroyed(detail: WorkspaceDetail) -> bool:
    """Return whether the workspace is active, suspended or archived."""
    return detail.health.state in (
        AgencyState.ACTIVE,
        AgencyState.SUSPENDED,
        AgencyState.ARCHIVED,
    )


def is_being_destroyed(detail: WorkspaceDetail) -> bool:
    """Return whether there is a destroy order, or a job that destroys the agency."""
    return detail.order is not None or detail.job is not None


def waits(kind: ApprovalKind) -> Condition:
    """Return the condition that an approval of this kind waits for a second person."""
    return lambda detail: detail.approval(kind) is not None


def is_own(kind: ApprovalKind, *, own: bool = True) -> Condition:
    """Return the condition that the reader (``own=False``: somebody else) asked for approval."""

    def is_offered(detail: WorkspaceDetail) -> bool:
        found = detail.approval(kind)
        return found is not None and found.is_own is own

    return is_offered
