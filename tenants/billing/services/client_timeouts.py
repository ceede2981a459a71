"""Timeouts of requests to Stripe."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import stripe


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Timeouts in seconds to connect, for one answer and for all calls, and a number of retries.

    ``answer`` is the longest time without a byte, so a slow answer may take longer.
    """

    connect: float
    answer: float
    whole: float
    retries: int


# A page that waits for Stripe blocks a thread of the web server, so its limits are short.
PAGE_TIMEOUTS = Timeouts(connect=2.0, answer=5.0, whole=10.0, retries=1)
# A task that waits for Stripe blocks the worker, so its limits are shorter, and the queue retries
# the task later.
WORKER_TIMEOUTS = Timeouts(connect=1.5, answer=3.5, whole=5.0, retries=0)


class DeadlineClient(stripe.RequestsClient):
    """An HTTP client for Stripe with one time limit for all calls of the client together."""

    def __init__(self, timeouts: Timeouts) -> None:
        super().__init__(timeout=(timeouts.connect, timeouts.answer))
        self.timeouts = timeouts
        self.until = time.monotonic() + timeouts.whole

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: object = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send an HTTP request within the time that is left of the whole limit."""
        if (left := self.until - time.monotonic()) <= 0:
            # The library does not retry this error, because ``should_retry`` is not set.
            raise stripe.APIConnectionError("took too long")  # type: ignore[no-untyped-call]
        self._timeout = (min(self.timeouts.connect, left), min(self.timeouts.answer, left))
        return super().request(method, url, headers, post_data)
