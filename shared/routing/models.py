"""Table of routing rules [every agency's schema]."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from shared.routing.enums import Occasion, Target
from shared.rows.value_bounds import values_bounded


class RoutingRule(models.Model):
    """A routing rule; the first rule in use that matches a request is applied.

    A condition without values matches every request. Texts are stored as typed, and are normalized
    for each comparison.
    """

    id = models.UUIDField(primary_key=True)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=False)
    occasions = ArrayField(models.CharField(max_length=12, choices=Occasion))
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    category_codes = ArrayField(models.SlugField(max_length=50), default=list, blank=True)
    organisation_codes = ArrayField(models.SlugField(max_length=64), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    places = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    words = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    target = models.CharField(max_length=12, choices=Target)
    unit = models.ForeignKey(
        "units.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="None: the agency as a whole. Of a retired unit, the next one above in use.",
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    last_officer_id = models.BigIntegerField(
        null=True, help_text="Whom it gave a case last, where it does so in turn."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__in=Target.values), name="routing_rule_target"
            ),
            models.CheckConstraint(
                condition=Q(target=Target.OFFICER) ^ Q(officer=None),
                name="routing_rule_officer_where_one_is_meant",
            ),
            values_bounded(
                "routing_rule_values",
                arrays=(
                    "occasions",
                    "kinds",
                    "category_codes",
                    "organisation_codes",
                    "languages",
                    "channels",
                    "places",
                    "words",
                ),
            ),
        ]
