"""One thing that can be done with a workspace, and when it makes sense."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from public_portal.oversight.agencies.forms.workspaces import ActForm
from public_portal.oversight.agencies.types import WorkspaceDetail
from shared.accounts.permissions import may_operate
from shared.kernel.actors import Actor
from tenants.models.enums import AgencyState, ApprovalKind

Fits = Callable[[WorkspaceDetail], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to do: who may, when it makes sense, what is told before and after."""

    title: Promise
    lead: Promise
    told: Promise
    form: type[ActForm]
    do: Callable[[ActForm, Actor], object]
    fits: Fits
    may: Callable[[str], bool] = may_operate


def is_in(*states: AgencyState) -> Fits:
    """While the workspace is in one of these states."""
    return lambda sheet: sheet.health.state in states


def lives(sheet: WorkspaceDetail) -> bool:
    """While it is not destroyed."""
    return sheet.health.state in (
        AgencyState.ACTIVE,
        AgencyState.SUSPENDED,
        AgencyState.ARCHIVED,
    )


def is_doomed(sheet: WorkspaceDetail) -> bool:
    """Once its destruction was asked for."""
    return sheet.order is not None or sheet.job is not None


def waits(kind: ApprovalKind) -> Fits:
    """While something of that kind waits for a second person."""
    return lambda sheet: sheet.approval(kind) is not None


def is_own(kind: ApprovalKind) -> Fits:
    """While it waits, and the reader has asked for it."""

    def fits(sheet: WorkspaceDetail) -> bool:
        found = sheet.approval(kind)
        return found is not None and found.is_own

    return fits


def is_of_another(kind: ApprovalKind) -> Fits:
    """While it waits, and somebody else has asked for it."""

    def fits(sheet: WorkspaceDetail) -> bool:
        found = sheet.approval(kind)
        return found is not None and not found.is_own

    return fits
