"""Choices of the public figures."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Grouping(TextChoices):
    """How the figures of a scope can be split."""

    MONTH = "month", _("Month of filing")
    AGENCY = "agency", _("Administration")
