"""Services that change officers' choices about notices."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.models import NotificationChoice
from shared.notifications.permissions import default_delivery


@transaction.atomic
def deliveries_change(*, user: User, chosen: Mapping[NoticeKind, Delivery], actor: Actor) -> None:
    """Replace an officer's choices about notices.

    A choice that equals the default is not stored: if the role changes, the new default applies.
    """
    now = clock.now()
    others = {
        kind: delivery
        for kind, delivery in chosen.items()
        if delivery != default_delivery(role=user.role, kind=kind)
    }
    NotificationChoice.objects.filter(user=user).exclude(kind__in=others).delete()
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(user=user, kind=kind, delivery=delivery, gathered_until=now)
            for kind, delivery in others.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["delivery", "gathered_until"],
    )
    audit_record(actor=actor, action="user.emails_chosen", subject=f"user {user.pk}")


def gathered_note(*, kind: NoticeKind, user_ids: Collection[int], until: datetime) -> None:
    """Store the time up to which events of a kind were counted for some users."""
    NotificationChoice.objects.filter(kind=kind, user__in=user_ids).update(gathered_until=until)
