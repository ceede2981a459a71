"""What looking at a file costs, beside an honest file of the same run.

A number of seconds would say as much of the machine, and of whoever else is at work on it.
"""

from collections.abc import Callable
from time import process_time


def times_as_dear(work: Callable[[], object], honest: Callable[[], object]) -> float:
    """How many times the processor's time of ``honest`` the ``work`` takes."""
    before, cost, after = (_cost(one) for one in (honest, work, honest))
    return cost / max(before, after)


def _cost(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began
