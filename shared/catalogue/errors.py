"""Errors of the catalogue."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class CategoryNotFound(NotFound):
    sentence = _("There is no such category.")


class AnswerUnknown(InvalidInput):
    sentence = _("This is not an answer to a question of that category.")


class CatalogueDataInvalid(InvalidInput):
    """The error for a mistake in a data file of the catalogue."""

    sentence = _("The catalogue's data contradict themselves.")


class HolidayNotFound(NotFound):
    sentence = _("This holiday is not in the list any more.")


class HolidayDayTaken(Conflict):
    sentence = _("This day is a holiday already.")

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class HolidayMovedTooFar(InvalidInput):
    """The error for moving a holiday by too many days, probably by a typing error."""

    sentence = _("A holiday moves by 15 days at most. Check the year, or add another holiday.")
