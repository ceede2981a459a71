"""Choices of the public figures."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Grouping(TextChoices):
    """The ways to group the figures of a scope."""

    MONTH = "month", _("Month of filing")
    AGENCY = "agency", _("Administration")
