"""The division of a command's work among forks of its process."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.db import connections

Work = Callable[[Sequence[str]], None]


def parts_of_equal_weight(weights: Mapping[str, int], *, number: int) -> list[list[str]]:
    """Divide the names into parts of about equal weight, heaviest names first."""
    parts: list[list[str]] = [[] for _part in range(number)]
    sums = [0] * number
    for name in sorted(weights, key=lambda one: -weights[one]):
        lightest = sums.index(min(sums))
        parts[lightest].append(name)
        sums[lightest] += weights[name]
    return [part for part in parts if part]


def parts_do(work: Work, parts: Sequence[Sequence[str]]) -> bool:
    """Do the work for each part at the same time; return whether all parts succeeded.

    This process does the first part. Each process has its own database connections and writes its
    errors to standard error.
    """
    if len(parts) > 1:
        # Two processes on one connection would read each other's results.
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
    """Wait for the end of a process; return whether it succeeded."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def child_begin(work: Callable[[], object]) -> int:
    """Fork a process that does the work and then ends; return the process id."""
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
