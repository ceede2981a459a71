"""Table of officers' choices about notices [every agency's schema]."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shared.notifications.enums import Delivery, NoticeKind
from shared.rows.value_bounds import values_bounded


class NotificationChoice(models.Model):
    """An officer's choice for a kind of notice; without a row, the default of the role applies.

    ``gathered_until``: the hourly e-mails have counted the events up to this time.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=16, choices=NoticeKind)
    delivery = models.CharField(max_length=8, choices=Delivery)
    gathered_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notification_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(delivery__in=Delivery.values), name="notification_delivery_known"
            ),
            values_bounded("notification_values", moments=["gathered_until"]),
        ]
