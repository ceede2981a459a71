"""Saved views of the inbox. The table is in agency schemas only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shared.accounts.enums import STAFF_ROLES


class SavedView(models.Model):
    """A saved list of cases: a name, and the query of the list's address.

    A view without an owner is shared with all officers. ``default_for``: the role whose console
    opens with the view.
    """

    name = models.CharField(max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    query = models.CharField(max_length=1000)
    default_for = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="saved_view_name_once", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["default_for"],
                condition=~Q(default_for=""),
                name="saved_view_one_default_a_role",
            ),
            models.CheckConstraint(
                condition=Q(default_for="") | Q(owner=None, default_for__in=STAFF_ROLES),
                name="saved_view_default_is_shared",
            ),
        ]
