"""Moments of other days."""

from datetime import datetime, timedelta

from shared.kernel import clock


def days_later(days: int) -> datetime:
    """This hour in Morocco, so many days later.

    So many times 24 hours would end on another day where the hours have changed meanwhile.
    """
    return clock.now().astimezone(clock.NATIONAL_ZONE) + timedelta(days=days)
