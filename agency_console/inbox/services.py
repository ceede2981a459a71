"""Services of saved views: create, rename, set as default, delete."""

from django.db import transaction

from agency_console.inbox.errors import (
    SavedViewExists,
    SavedViewNotFound,
    SharedViewsNotAllowed,
    TooManySavedViews,
)
from agency_console.inbox.models import SavedView
from agency_console.inbox.types import SavedViewDraft
from shared.accounts.enums import STAFF_ROLES
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.rows.services import written_or_refuse

# The limit applies to the views of each officer, and to the shared views.
MAX_SAVED_VIEWS = 20


@transaction.atomic
def saved_view_create(*, draft: SavedViewDraft, officer: User) -> SavedView:
    """Save a list under a name, for the officer or for all officers.

    Raises ``SharedViewsNotAllowed``, ``SavedViewExists`` or ``TooManySavedViews``.
    """
    if draft.is_shared and not may_assign(officer.role):
        raise SharedViewsNotAllowed(draft.name)
    owner = None if draft.is_shared else officer
    if SavedView.objects.filter(owner=owner).count() >= MAX_SAVED_VIEWS:
        raise TooManySavedViews(draft.name)
    view = SavedView(owner=owner, name=draft.name, query=draft.query)
    _save(view)
    if draft.default_for:
        saved_view_default(view_id=view.pk, role=draft.default_for, officer=officer)
    return view


@transaction.atomic
def saved_view_rename(*, view_id: int, name: str, officer: User) -> None:
    """Rename a view.

    Raises ``SavedViewNotFound``, ``SharedViewsNotAllowed`` or ``SavedViewExists``.
    """
    view = _locked(view_id, officer)
    view.name = name
    _save(view)


@transaction.atomic
def saved_view_default(*, view_id: int, role: str, officer: User) -> None:
    """Set the role whose console opens with a shared view; "" for no role.

    Raises ``SavedViewNotFound`` or ``SharedViewsNotAllowed``.
    """
    view = _locked(view_id, officer)
    if view.owner_id is not None or role not in (*STAFF_ROLES, ""):
        raise SharedViewsNotAllowed(view.name)
    if role:
        SavedView.objects.filter(default_for=role).exclude(pk=view.pk).update(default_for="")
    view.default_for = role
    _save(view)


@transaction.atomic
def saved_view_remove(*, view_id: int, officer: User) -> SavedViewDraft:
    """Delete a view; return the draft that restores it.

    Raises ``SavedViewNotFound`` or ``SharedViewsNotAllowed``.
    """
    view = _locked(view_id, officer)
    view.delete()
    return SavedViewDraft(
        name=view.name,
        query=view.query,
        is_shared=view.owner_id is None,
        default_for=view.default_for,
    )


def _locked(view_id: int, officer: User) -> SavedView:
    """Lock and return the officer's own view, or a shared view that the officer may change."""
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    if view is None or view.owner_id not in (None, officer.pk):
        raise SavedViewNotFound(str(view_id))
    if view.owner_id is None and not may_assign(officer.role):
        raise SharedViewsNotAllowed(view.name)
    return view


def _save(view: SavedView) -> None:
    with written_or_refuse(SavedViewExists(view.name)):
        view.save()
