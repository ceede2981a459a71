"""Selectors of the saved views that an officer may open, and of their counts."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from agency_console.access.forms import saved_list
from agency_console.inbox.errors import SavedViewNotFound
from agency_console.inbox.models import SavedView
from agency_console.inbox.selectors.pages import MAX_COUNTED
from agency_console.inbox.types import SavedViewInfo
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.selectors import saved_counts
from shared.complaints.types.lists import CaseCount
from shared.kernel import clock
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import SETTINGS
from shared.rows.kept_values import kept_until
from shared.units.types import UnitScope


def saved_views(*, officer: User) -> list[SavedViewInfo]:
    """Return the officer's own views and the shared views, sorted by name; one query at most."""
    return list(_saved_views(user_id=officer.pk))


@kept_until(SETTINGS)
def _saved_views(*, user_id: int) -> tuple[SavedViewInfo, ...]:
    return tuple(
        SavedViewInfo(
            id=row.pk,
            name=row.name,
            query=row.query,
            address=saved_list(row.query),
            is_shared=row.owner_id is None,
            default_for=Role(row.default_for) if row.default_for else "",
        )
        for row in _visible(user_id=user_id)
    )


def saved_view_get(*, view_id: int, officer: User) -> SavedViewInfo:
    """Return a view of the officer or a shared view. Raises ``SavedViewNotFound``."""
    for view in saved_views(officer=officer):
        if view.id == view_id:
            return view
    raise SavedViewNotFound(str(view_id))


def saved_view_counts(
    views: Sequence[SavedViewInfo], *, officer: User, scope: UnitScope
) -> dict[int, CaseCount]:
    """Return a dict: id of a view -> count of cases; views with search words are left out."""
    counted = [view for view in views if not view.address.text]
    numbers = saved_counts(
        user_id=officer.pk,
        today=clock.today(),
        scope=scope,
        asked=tuple((view.address.view, view.address.only) for view in counted),
        at_most=MAX_COUNTED,
    )
    return {view.id: number for view, number in zip(counted, numbers, strict=True)}


@compiled_query()
def _visible(*, user_id: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(Q(owner_id=user_id) | Q(owner=None)).order_by("name", "id")
