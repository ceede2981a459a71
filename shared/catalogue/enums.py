"""Enums of the catalogue: kinds of questions, and states of holidays."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    """The kind of answer to a category's extra question."""

    TEXT = "text", _("A few words")
    NUMBER = "number", _("A number")
    DATE = "date", _("A day")
    CHOICE = "choice", _("One of a list")
    MANY = "many", _("Several of a list")
    FILE = "file", _("A file")


# Only questions of these kinds have options, and such a question always has options.
LISTED = (QuestionKind.CHOICE, QuestionKind.MANY)


class HolidayState(TextChoices):
    """The state of a holiday: its day is estimated or confirmed, or the holiday is removed."""

    ESTIMATED = "estimated", _("Estimated")
    CONFIRMED = "confirmed", _("Confirmed")
    REMOVED = "removed", _("Removed")
