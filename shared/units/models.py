"""Tables of units, their members, and absences [every agency's schema]."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shared.kernel.text import Wording
from shared.rows.value_bounds import values_bounded


class Unit(models.Model):
    """A part of the agency that handles cases.

    A case without a unit belongs to the agency as a whole.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    category_codes = ArrayField(
        models.SlugField(max_length=50),
        default=list,
        blank=True,
        help_text="Categories that it handles; none: every category.",
    )
    organisation_codes = ArrayField(
        models.SlugField(max_length=64),
        default=list,
        blank=True,
        help_text="Organisations for which it answers; none: all those of the agency.",
    )
    places = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        help_text="Names of places as people write them; none: every place.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="unit_is_not_its_own_parent"
            ),
            values_bounded(
                "unit_values", arrays=("category_codes", "organisation_codes", "places")
            ),
        ]

    def __str__(self) -> str:
        return self.name_ar

    @property
    def names(self) -> Wording:
        """Return the unit's name in each language."""
        return Wording(ar=self.name_ar, fr=self.name_fr, en=self.name_en or self.name_fr)


class UnitMember(models.Model):
    """The membership of an officer in a unit; officers without a unit may open all cases."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_head = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Late replies of the unit are brought to its heads.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "user"], name="unit_member_once"),
        ]


class Absence(models.Model):
    """Days on which an officer does not work, and the substitute for the open cases.

    Without a substitute, the open cases go back to their unit. ``began_at``: the time when the
    cases were reassigned. ``ended_at``: the time when the absence was closed (ended or cancelled).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    first_day = models.DateField()
    last_day = models.DateField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="absence_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(substitute=None) | ~Q(substitute=F("user")),
                name="absence_substitute_is_another",
            ),
            values_bounded(
                "absence_values",
                moments=("began_at", "ended_at"),
                days=("first_day", "last_day"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_day"], condition=Q(ended_at=None), name="absence_not_ended"
            ),
        ]
