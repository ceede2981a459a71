"""The computation of the end of a subscription's period."""

import calendar
from datetime import UTC, datetime, timedelta

from fake_stripe.refusals import Json


def period_end(recurring: Json, start: int, *, anchor: int) -> int:
    """Return the end of the period from ``start``.

    A period of months ends on the day of the month of ``anchor``, or on the last day of a shorter
    month.
    """
    interval, count = recurring["interval"], recurring["interval_count"]
    began = datetime.fromtimestamp(start, UTC)
    if interval in {"day", "week"}:
        days = count * (7 if interval == "week" else 1)
        return int((began + timedelta(days=days)).timestamp())
    months = count * (12 if interval == "year" else 1)
    number = began.year * 12 + began.month - 1 + months
    year, month = divmod(number, 12)
    day = datetime.fromtimestamp(anchor, UTC).day
    last = calendar.monthrange(year, month + 1)[1]
    return int(began.replace(year=year, month=month + 1, day=min(day, last)).timestamp())
