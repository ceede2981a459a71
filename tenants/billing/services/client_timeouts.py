"""Timeouts of requests to Stripe."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import stripe


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds to connect, for one answer, and for all that is asked at once; tries after a fault.

    An answer that comes drop by drop is waited for longer: ``answer`` is the longest silence.
    """

    connect: float
    answer: float
    whole: float
    retries: int


# A page that waits for Stripe holds a thread, and its reader.
PAGE_TIMEOUTS = Timeouts(connect=2.0, answer=5.0, whole=10.0, retries=1)
# A task holds the worker, and letters stand behind it: the queue tries again, later each time.
WORKER_TIMEOUTS = Timeouts(connect=1.5, answer=3.5, whole=5.0, retries=0)


class DeadlineClient(stripe.RequestsClient):
    """Each answer is waited for no longer than is left of all the waiting."""

    def __init__(self, timeouts: Timeouts) -> None:
        super().__init__(timeout=(timeouts.connect, timeouts.answer))
        self.timeouts = timeouts
        self.until = time.monotonic() + timeouts.whole

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send a request as the library does, within the time that is left."""
        if (left := self.until - time.monotonic()) <= 0:
            # Without a word about trying again the library does not.
            raise stripe.APIConnectionError("took too long")  # type: ignore[no-untyped-call]
        self._timeout = (min(self.timeouts.connect, left), min(self.timeouts.answer, left))
        return super().request(method, url, headers, post_data)
