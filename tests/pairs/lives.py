"""One life of a request: what happened in it, which acts met, and what each step left behind.

Two acts meet where the second one happens to a request to which the first one has happened.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction

from shared.kernel import clock
from shared.kernel.errors import DomainError
from shared.register.services import register_project
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import sql_rows
from tenants.models import Agency
from tests.pairs.acts import act_of
from tests.tenants.custody.random_acts import History

Pair = tuple[str, str]
Step = Callable[[History], Any]
# An act may be refused by chance (the same officer, the same unit); then it is tried again.
TRIES = 12
CHECKED_EACH = 8
OPEN = "open"


@dataclass(slots=True)
class Life:
    """A request that goes through a script of steps."""

    history: History
    agencies: Sequence[Agency]
    # With whether the tables of all schemas are to be read as well.
    check: Callable[[History, bool], None]
    silent: Mapping[Step, str]
    # Steps after which something was checked, by what the request is then: shared by all lives.
    checked: set[tuple[str, str]] = field(default_factory=set)
    phase: str = OPEN
    # The acts of the first request, in the order in which they happened.
    happened: list[str] = field(default_factory=list)
    reached: set[Pair] = field(default_factory=set)
    _reference: str = ""
    _seen: int = 0
    _unchecked: int = 0

    def __post_init__(self) -> None:
        self._note(None)

    def go(self, script: Sequence[Step]) -> None:
        """Do each step of a script; what is refused fails, with the reason."""
        for number, step in enumerate(script):
            if refusals := self.attempt(step):
                raise AssertionError(f"step {number}, {step.__name__}: {refusals[-1]!r}")
        with clock.travel(self.history.at):
            self._look(is_last=True)

    def attempt(self, step: Step, *, tries: int = TRIES) -> list[DomainError | str]:
        """Do one step an hour later, note what it did, and check; why it was refused, if it was."""
        history = self.history
        history.at += timedelta(hours=1)
        with clock.travel(history.at):
            refusals = _tried(step, history, tries)
        if refusals:
            return refusals
        history.holder_noted()
        # A step may have let days pass.
        with clock.travel(history.at):
            if self._note(step) or self.phase == OPEN:
                self._check(step)
        return []

    def _check(self, step: Step) -> None:
        """Look at everything after a step that is new, and else after each eighth one.

        What a step has left behind is still there some steps later.
        """
        self._unchecked += 1
        if (self.phase, step.__name__) in self.checked and self._unchecked < CHECKED_EACH:
            return
        self._unchecked = 0
        self.checked.add((self.phase, step.__name__))
        self._look()

    def _look(self, *, is_last: bool = False) -> None:
        while register_project(is_last=True):
            pass
        # To read all tables of all schemas takes a quarter of the time.
        self.check(self.history, is_last or len(self.checked) % 3 == 0)

    def branch(self, phase: str) -> "Life":
        """The same life, which may go on in another way (inside ``rolled_back``)."""
        other = copy(self)
        other.phase = phase
        other.history = copy(self.history)
        vars(other.history).update(_notes(self.history), random=Random(7))
        other.happened = [*self.happened]
        return other

    def _note(self, step: Step | None) -> list[str]:
        events = events_of(self.history.references(), self.agencies)
        for kinds in events.values():
            self.reached |= pairs_of(kinds)
        own = events[self.history.one.reference]
        if self.history.one.reference != self._reference:
            # The life goes on as that of a part: with what has happened to the part.
            self._reference, self._seen, self.happened = (
                self.history.one.reference,
                len(own),
                [*own],
            )
        new = own[self._seen :]
        self._seen = len(own)
        if step is not None and step in self.silent:
            new.append(self.silent[step])
        for act in new:
            self.reached |= {(first, act) for first in self.happened}
            self.happened.append(act)
        return new


def _notes(history: History) -> dict[str, Any]:
    """What a history keeps of itself, apart from the rows, and apart from its chance."""
    notes = {name: value for name, value in vars(history).items() if name != "random"}
    return {name: [*one] if isinstance(one, list) else one for name, one in notes.items()}


def _tried(step: Step, history: History, tries: int) -> list[DomainError | str]:
    refusals: list[DomainError | str] = []
    notes = _notes(history)
    for _try in range(tries):
        try:
            with transaction.atomic():
                result = step(history)
        except DomainError as error:
            # What a step did before it was refused is undone, and forgotten.
            vars(history).update(notes)
            notes = _notes(history)
            refusals.append(error)
            continue
        if result is None or result:
            return []
        refusals.append("nothing to do")
    return refusals or ["not tried"]


def events_of(references: Sequence[str], agencies: Sequence[Agency]) -> dict[str, list[str]]:
    """The acts that left events in each request, in whichever agencies, in their order."""
    query = " UNION ALL ".join(
        "SELECT c.reference, e.at, e.id, e.kind"
        f' FROM "{one.schema_name}".complaints_complaintevent e'
        f' JOIN "{one.schema_name}".complaints_complaint c ON c.id = e.complaint_id'
        " WHERE c.reference = ANY(%s)"
        for one in agencies
    )
    events: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    with as_owner():
        for reference, *event in sql_rows(query, *[list(references)] * len(agencies)):
            events[reference].append(tuple(event))
    return {
        reference: [act_of(kind) for _at, _id, kind in sorted(rows)]
        for reference, rows in events.items()
    }


def pairs_of(happened: Sequence[str]) -> set[Pair]:
    """Which acts met, from the acts of one request in their order."""
    before: set[str] = set()
    found: set[Pair] = set()
    for act in happened:
        found |= {(first, act) for first in before}
        before.add(act)
    return found


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo in the end what was written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
