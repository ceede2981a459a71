"""Dependency injection: the functions that a lower package needs from a higher one (seams).

This module declares the seams, and ``config/seams.py`` supplies the values. A value is a dotted
path, imported at its first use, so a command that sends no e-mail does not import mail modules.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from django.db.models import TextChoices
    from django_tasks.base import Task

    from shared.complaints.types.custody import RecordedHolding
    from shared.jobs.services.job_runner import JobHandle
    from shared.mail.types import ResolvedMail
    from shared.register.types import Departed
    from tenants.fleet.types import HeldSummary

T = TypeVar("T")


class Seam(str, Generic[T]):
    """The dotted path of an object of type ``T``; ``...`` in ``T`` means keyword arguments."""


UNSET: Seam[Any] = Seam("")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPaths:
    """Paths of a kind of job: the function that runs it, the undo function, the enum of steps."""

    do: "Seam[Callable[[JobHandle], None]]"
    undo: "Seam[Callable[[JobHandle], None]]"
    steps: "Seam[type[TextChoices]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """The dotted paths of everything that higher packages supply to lower packages.

    ``schedule`` has each task and its period in seconds. ``task_aliases`` has the old name of each
    renamed task and its present name; queued rows and schedule rows may still have the old name.
    """

    start_check: Seam[Callable[[], None]] = UNSET
    operator_check: Seam[Callable[[], None]] = UNSET
    enter_schema: Seam[Callable[[str], AbstractContextManager[None]]] = UNSET
    enter_public: Seam[Callable[[], AbstractContextManager[None]]] = UNSET
    unreachable_schemas: Seam[Callable[[], frozenset[str]]] = UNSET
    mail_resolver: "Seam[Callable[..., ResolvedMail | None]]" = UNSET
    mail_failure_counter: Seam[Callable[..., None]] = UNSET
    roles_displaced: Seam[Callable[[], Collection[str]]] = UNSET
    cases_with_email: Seam[Callable[..., frozenset[str]]] = UNSET
    accounts_closed: Seam[Callable[..., None]] = UNSET
    held_requests: "Seam[Callable[[], HeldSummary]]" = UNSET
    agency_files: Seam[Callable[[], list[str]]] = UNSET
    case_departures: "Seam[Callable[..., dict[tuple[str, str], Departed]]]" = UNSET
    own_parts: Seam[Callable[..., set[tuple[str, str]]]] = UNSET
    held_texts: Seam[Callable[..., object]] = UNSET
    approvals_count: Seam[Callable[..., int]] = UNSET
    draft_task: "Seam[Task[..., bool]]" = UNSET
    drafts_maintain: Seam[Callable[..., int]] = UNSET
    drafts_delete: Seam[Callable[..., int]] = UNSET
    offer_ended: Seam[Callable[..., None]] = UNSET
    custody_record: "Seam[Callable[..., tuple[RecordedHolding, ...]]]" = UNSET
    said_digest: Seam[Callable[..., str]] = UNSET
    same_person_require: Seam[Callable[..., None]] = UNSET
    jobs: Mapping[str, JobPaths] = field(default_factory=dict)
    schedule: Mapping[str, int] = field(default_factory=dict)
    task_aliases: Mapping[str, str] = field(default_factory=dict)


_supplied = Seams()


def seams() -> Seams:
    """Return the seams of this process."""
    return _supplied


def seams_supply(supplied: Seams) -> None:
    """Set all seams, at the start of a process."""
    global _supplied
    _supplied = supplied


@contextmanager
def seams_replaced(**changes: Any) -> Iterator[None]:
    """Replace the given seams within the block, for tests."""
    before = _supplied
    seams_supply(replace(before, **changes))
    try:
        yield
    finally:
        seams_supply(before)


def imported(path: Seam[T]) -> T:
    """Import and return the object at a dotted path. Raises ``ImportError``, ``AttributeError``."""
    module, _dot, name = path.rpartition(".")
    return cast(T, getattr(import_module(module), name))
