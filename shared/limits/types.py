"""What is counted, and how often it may happen."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``allowed`` times for one ``subject`` (a reference, an address) in each window.

    ``name`` says what is counted: two limits of different names never share a count.
    """

    name: str
    subject: str
    allowed: int
    window: timedelta
