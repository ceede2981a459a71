"""What is counted, and how often it may happen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``allowed`` times for one ``subject`` (a reference, an address) in each window.

    ``name`` says what is counted: two limits of different names never share a count.
    """

    name: str
    subject: str
    allowed: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """How lookups fail: ``lately`` within the last minute, ``is_now`` while a proof is asked.

    ``times`` are the windows within a day in which it was asked, ``last_at`` when the last began.
    """

    lately: int
    is_now: bool
    times: int
    last_at: datetime | None
