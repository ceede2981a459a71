"""The division of a command's work among several processes."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.db import connections

Work = Callable[[Sequence[str]], None]


def parts_of_equal_weight(weights: Mapping[str, int], *, number: int) -> list[list[str]]:
    """Return the names in at most ``number`` parts of about equal weight."""
    parts: list[list[str]] = [[] for _part in range(number)]
    sums = [0] * number
    for name in sorted(weights, key=lambda one: -weights[one]):
        lightest = sums.index(min(sums))
        parts[lightest].append(name)
        sums[lightest] += weights[name]
    return [part for part in parts if part]


def parts_do(work: Work, parts: Sequence[Sequence[str]]) -> bool:
    """Do the work for each part in a separate process; return whether all parts succeeded.

    The current process does the first part.
    """
    if len(parts) > 1:
        # With open connections, two processes would share a connection and its results.
        connections.close_all()
        sys.stdout.flush()
    children = [child_begin(partial(work, part)) for part in parts[1:]]
    try:
        for part in parts[:1]:
            work(part)
    finally:
        results = [child_succeeds(child) for child in children]
    return all(results)


def child_succeeds(child: int) -> bool:
    """Wait for the end of a child process; return whether the process succeeded."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def child_begin(work: Callable[[], object]) -> int:
    """Start a child process (fork) that does the work; return the process id."""
    if child := os.fork():
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # the parent's code goes on below this frame: nothing may get there
        traceback.print_exc()
    finally:
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
