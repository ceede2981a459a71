"""Delays before a failed task is tried again: 30 s, then 90 s, ... at most 6 h."""

import random
from datetime import timedelta
from typing import Any

from django_tasks.base import Task

from shared.kernel import clock

FIRST_DELAY = timedelta(seconds=30)
MAX_DELAY = timedelta(hours=6)
# The longest delay until a server that answers again is noticed.
MAX_WAIT = timedelta(minutes=10)
GROWTH = 3


def retry_delay(attempt: int) -> timedelta:
    """Return the delay after attempt number ``attempt`` (1, 2, ...), without the random part."""
    # The exponent is bounded, because a larger number is too large for a duration.
    return min(FIRST_DELAY * int(GROWTH ** min(attempt - 1, 10)), MAX_DELAY)


def enqueue_again(
    made: "Task[..., Any]", args: tuple[object, ...], kwargs: dict[str, object], attempt: int
) -> None:
    """Queue a task again after its attempt number ``attempt`` has failed."""
    # The delay has a random part, so that e-mails of an outage are not all tried at once.
    delay = retry_delay(attempt) * random.uniform(1, 1.2)  # noqa: S311  # not a secret
    made.using(run_after=clock.now() + delay).enqueue(*args, **kwargs | {"_attempt": attempt + 1})


def enqueue_unspent(
    made: "Task[..., Any]", args: tuple[object, ...], kwargs: dict[str, object], waits: int
) -> None:
    """Queue a task again whose server did not answer; ``waits`` counts earlier waits from 0."""
    delay = min(retry_delay(waits + 1), MAX_WAIT) * random.uniform(1, 1.2)  # noqa: S311
    made.using(run_after=clock.now() + delay).enqueue(*args, **kwargs | {"_waits": waits + 1})
