"""Dependency injection: the functions that a lower package needs from a higher one (seams).

They are declared here, and ``config/seams.py`` supplies the values. Each is a dotted path, imported
at its first use, so a command that sends no mail does not import the modules for mail.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPaths:
    """Paths of the function that does one kind of job, the one that undoes it, and its steps' enum.

    The undo function is called for a cancelled job.
    """

    do: str
    undo: str
    steps: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """The dotted paths of everything that higher packages supply to lower ones.

    ``schedule``: each task and its period in seconds. ``task_aliases``: the old name of each
    renamed task and its present name; queued rows and schedule rows may still have the old name.
    """

    start_check: str = ""
    operator_check: str = ""
    enter_schema: str = ""
    enter_public: str = ""
    unreachable_schemas: str = ""
    mail_resolver: str = ""
    mail_failure_counter: str = ""
    roles_displaced: str = ""
    cases_with_email: str = ""
    accounts_closed: str = ""
    held_requests: str = ""
    agency_files: str = ""
    case_departures: str = ""
    own_parts: str = ""
    held_texts: str = ""
    approvals_count: str = ""
    draft_task: str = ""
    drafts_upkeep: str = ""
    drafts_delete: str = ""
    offer_ended: str = ""
    custody_record: str = ""
    said_digest: str = ""
    same_person_require: str = ""
    jobs: Mapping[str, JobPaths] = field(default_factory=dict)
    schedule: Mapping[str, int] = field(default_factory=dict)
    task_aliases: Mapping[str, str] = field(default_factory=dict)


_supplied = Seams()


def seams() -> Seams:
    """What is supplied in this process."""
    return _supplied


def seams_supply(supplied: Seams) -> None:
    """Set all seams, at the start of a process."""
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
