"""Data objects of the limits: what is counted, and how often it may happen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit of ``allowed`` attempts for one ``subject`` (a reference, an address) in each window.

    ``name`` says what is counted: two limits of different names never share a count.
    """

    name: str
    subject: str
    allowed: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """Figures of failed lookups of requests.

    ``lately``: failed lookups in the last minute. ``is_now``: lookups need a proof now. ``times``:
    windows of the last day in which lookups needed a proof. ``last_at``: start of the last such
    window.
    """

    lately: int
    is_now: bool
    times: int
    last_at: datetime | None
