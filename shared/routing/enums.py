"""Occasions and targets of routing rules."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Occasion(TextChoices):
    """The events after which routing rules are applied to a case."""

    FILED = "filed", _("It is filed")
    TRANSFERRED = "transferred", _("It comes from another administration")
    REOPENED = "reopened", _("It is re-opened")


class Target(TextChoices):
    """The target of a rule: a unit, and how an officer of the unit is chosen."""

    UNIT = "unit", _("Nobody: an officer of the unit takes it")
    OFFICER = "officer", _("Always the same officer")
    IN_TURN = "in_turn", _("The officers of the unit, in turn")
    LEAST_OPEN = "least_open", _("The officer of the unit who has the fewest open cases")
