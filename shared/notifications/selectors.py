"""Queries for officers' choices about notices."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from shared.accounts.models import User
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.models import NotificationChoice
from shared.notifications.permissions import default_delivery
from shared.rows.compiled_queries import compiled_query

Choices = Mapping[NoticeKind, Delivery]


def deliveries_of(user: User) -> dict[NoticeKind, Delivery]:
    """Return the delivery of each kind of notice for an officer's own cases."""
    return with_defaults(user, all_choices(user_ids=[user.pk]).get(user.pk, {}))


def with_defaults(user: User, chosen: Choices) -> dict[NoticeKind, Delivery]:
    """Return the delivery of each kind: the officer's choice, or the default of the role."""
    return {
        kind: chosen.get(kind) or default_delivery(role=user.role, kind=kind) for kind in NoticeKind
    }


def all_choices(
    *, user_ids: Collection[int] | None = None
) -> dict[int, dict[NoticeKind, Delivery]]:
    """Return the stored choices of some users, or of all users, as a dict keyed by user id."""
    rows = NotificationChoice.objects.all()
    if user_ids is not None:
        rows = rows.filter(user__in=user_ids)
    found: dict[int, dict[NoticeKind, Delivery]] = {}
    for user_id, kind, delivery in rows.values_list("user_id", "kind", "delivery"):
        found.setdefault(user_id, {})[NoticeKind(kind)] = Delivery(delivery)
    return found


def chosen_deliveries(*, kind: NoticeKind) -> dict[int, Delivery]:
    """Return the stored choices for a kind of notice, as a dict keyed by user id."""
    return {user_id: Delivery(delivery) for user_id, delivery in _chosen(kind=kind)}


def gathered_until(*, kind: NoticeKind) -> dict[int, datetime]:
    """Return the time up to which events of a kind were counted, as a dict keyed by user id.

    Only users whose choice for this kind is "at once" are in the dict.
    """
    rows = NotificationChoice.objects.filter(kind=kind, delivery=Delivery.AT_ONCE)
    return dict(rows.values_list("user_id", "gathered_until"))


@compiled_query()
def _chosen(*, kind: str) -> QuerySet[NotificationChoice, tuple[int, str]]:
    return NotificationChoice.objects.filter(kind=kind).values_list("user_id", "delivery")
