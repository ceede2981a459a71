"""Occasions on which routing rules apply, and their targets."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Occasion(TextChoices):
    """Events after which a case is routed."""

    FILED = "filed", _("It is filed")
    TRANSFERRED = "transferred", _("It comes from another administration")
    REOPENED = "reopened", _("It is re-opened")


class Target(TextChoices):
    """Ways in which a rule chooses an officer of its unit."""

    UNIT = "unit", _("Nobody: an officer of the unit takes it")
    OFFICER = "officer", _("Always the same officer")
    IN_TURN = "in_turn", _("The officers of the unit, in turn")
    LEAST_OPEN = "least_open", _("The officer of the unit who has the fewest open cases")
