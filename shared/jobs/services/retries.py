"""Delays before a failed task is tried again (30 s, 90 s, ... at most 6 h)."""

import random
from datetime import timedelta
from typing import Any

from django_tasks.base import Task

from shared.kernel import clock

FIRST_DELAY = timedelta(seconds=30)
MAX_DELAY = timedelta(hours=6)
# The longest delay after a server did not answer.
MAX_WAIT = timedelta(minutes=10)
GROWTH = 3


def retry_delay(attempt: int) -> timedelta:
    """Return the delay after attempt ``attempt`` (1, 2, ...), without the random part."""
    # Without the limit of 10, the number could be too large for a ``timedelta``.
    return min(FIRST_DELAY * int(GROWTH ** min(attempt - 1, 10)), MAX_DELAY)


def enqueue_again(
    made: "Task[..., Any]", args: tuple[object, ...], kwargs: dict[str, object], attempt: int
) -> None:
    """Queue a task again after its attempt ``attempt`` (1, 2, ...) has failed."""
    # Without the random part, all tasks that failed in an outage would run again at once.
    delay = retry_delay(attempt) * random.uniform(1, 1.2)  # noqa: S311  # not a secret
    made.using(run_after=clock.now() + delay).enqueue(*args, **kwargs | {"_attempt": attempt + 1})


def enqueue_unspent(
    made: "Task[..., Any]", args: tuple[object, ...], kwargs: dict[str, object], waits: int
) -> None:
    """Queue a task again because a server did not answer; this uses up no attempt.

    ``waits`` is the count of earlier calls of this function for the task.
    """
    delay = min(retry_delay(waits + 1), MAX_WAIT) * random.uniform(1, 1.2)  # noqa: S311
    made.using(run_after=clock.now() + delay).enqueue(*args, **kwargs | {"_waits": waits + 1})
