"""Refusals of the catalogue."""

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class CategoryNotFound(NotFound):
    """No category in use has this code."""

    code = "category_not_found"


class AnswerUnknown(InvalidInput):
    """That category asks no such question, or offers no such answer."""

    code = "answer_unknown"


class CatalogueDataInvalid(InvalidInput):
    """The data file of the catalogue contradicts itself: the message names the entry."""

    code = "catalogue_data_invalid"


class HolidayNotFound(NotFound):
    """There is no such holiday, or it was removed."""

    code = "holiday_not_found"


class HolidayDayTaken(Conflict):
    """That day is a holiday already."""

    code = "holiday_day_taken"

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class HolidayMovedTooFar(InvalidInput):
    """A holiday moves by a few days: this is another one, or a slip."""

    code = "holiday_moved_too_far"
