"""Enums of the catalogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    """The kind of answer to a question of a category."""

    TEXT = "text", _("A few words")
    NUMBER = "number", _("A number")
    DATE = "date", _("A day")
    CHOICE = "choice", _("One of a list")
    MANY = "many", _("Several of a list")
    FILE = "file", _("A file")


# The kinds of questions with options.
LISTED = (QuestionKind.CHOICE, QuestionKind.MANY)


class HolidayState(TextChoices):
    """The state of a holiday."""

    ESTIMATED = "estimated", _("Estimated")
    CONFIRMED = "confirmed", _("Confirmed")
    REMOVED = "removed", _("Removed")
