"""Data objects of the rate limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit of ``allowed`` attempts for one ``subject`` (a reference, an address) in each window.

    ``name`` names the limit: limits with different names have separate counts.
    """

    name: str
    subject: str
    allowed: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """Figures of failed lookups of requests.

    ``lately``: count of failed lookups in the last minute. ``is_now``: whether lookups need a proof
    now. ``times``: count of the windows of the last day in which lookups needed a proof.
    ``last_at``: start of the last such window.
    """

    lately: int
    is_now: bool
    times: int
    last_at: datetime | None
