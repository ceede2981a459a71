"""What a lower package needs of a higher one: named here, supplied by ``config/seams.py``.

Each is a dotted path, imported when it is first used: a command that sends no mail does not load
what mail needs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPaths:
    """Who does a kind of job, who undoes a cancelled one, and the enum of its steps."""

    do: str
    undo: str
    steps: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """The dotted paths of everything that is supplied from above.

    ``schedule``: a task and its period in seconds. ``task_aliases``: the former name of a task,
    which queued rows and the rows of the schedule have, and the present one.
    """

    start_check: str = ""
    operator_check: str = ""
    enter_schema: str = ""
    enter_public: str = ""
    mail_resolver: str = ""
    mail_failure_counter: str = ""
    jobs: Mapping[str, JobPaths] = field(default_factory=dict)
    schedule: Mapping[str, int] = field(default_factory=dict)
    task_aliases: Mapping[str, str] = field(default_factory=dict)


_supplied = Seams()


def seams() -> Seams:
    """What is supplied in this process."""
    return _supplied


def seams_supply(supplied: Seams) -> None:
    """Supply everything, at the start of a process."""
    global _supplied
    _supplied = supplied


@contextmanager
def seams_replaced(**changes: Any) -> Iterator[None]:
    """Supply something else within the block, as tests do."""
    before = _supplied
    seams_supply(replace(before, **changes))
    try:
        yield
    finally:
        seams_supply(before)


def imported(path: str) -> Any:
    """What a dotted path names. Raises ``ImportError``, ``AttributeError``."""
    module, _dot, name = path.rpartition(".")
    return getattr(import_module(module), name)
