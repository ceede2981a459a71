"""The faults by name, and the argument of a fault's function."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from time import monotonic, sleep

from drills.faults.application import Application
from drills.faults.installation import Installation
from drills.faults.load import OVER, Load

# The longest allowed response time, in seconds, of a page or filing during a fault.
MAX_WAIT = 6.0


class NotRun(Exception):
    """The error for a fault that this machine cannot inject; the message has the reason."""


class LoadTrial:
    """A trial with its filings, answers and failed checks."""

    def __init__(self, application: Application, *, seconds: float, limit: float | None) -> None:
        self.application = application
        self.seconds = seconds
        self.limit = limit
        self.run = secrets.token_hex(4)
        self.loads: list[Load] = []
        self.broken: list[str] = []
        self.notes: list[str] = []

    def promise(self, holds: object, otherwise: str) -> None:
        """Record a failed check with the text ``otherwise`` unless ``holds`` is true."""
        if not holds:
            self.broken.append(otherwise)

    def note(self, text: str) -> None:
        """Add a text for the table."""
        self.notes.append(text)

    @contextmanager
    def load(
        self, port: int, *, clients: int = 6, pause: float = 0.05, trust: SSLContext | None = None
    ) -> Iterator[Load]:
        """Run clients that file during the block; then wait for the end of all filings."""
        load = Load(
            port,
            run=f"{self.run}-{len(self.loads)}",
            organisations=self.application.organisations,
            clients=clients,
            pause=pause,
            trust=trust,
        )
        self.loads.append(load)
        load.start()
        try:
            yield load
        finally:
            load.end()

    def by_hand(self, port: int) -> Load:
        """Return a load without clients, for single filings that the checker also checks."""
        load = Load(port, run=f"{self.run}-{len(self.loads)}")
        self.loads.append(load)
        return load

    def moments(self, *, every: float, seconds: float | None = None) -> Iterator[int]:
        """Yield 0, 1, 2 and so on every ``every`` seconds, until ``seconds`` have passed."""
        ends = monotonic() + (self.seconds if seconds is None else seconds)
        number = 0
        while (left := ends - monotonic()) > 0 and not OVER.is_set():
            sleep(min(every, left))
            yield number
            number += 1

    @property
    def acknowledged(self) -> dict[str, set[str]]:
        """Return a dict: key of a filing -> references in the answers."""
        found: dict[str, set[str]] = {}
        for load in self.loads:
            for key, references in load.acknowledged.items():
                found.setdefault(key, set()).update(references)
        return found

    @property
    def statuses(self) -> Counter[int]:
        """Return the count of answers for each HTTP status; status 0 means no answer."""
        return sum((load.statuses for load in self.loads), Counter())

    @property
    def longest_wait(self) -> float:
        """Return the response time of the slowest request, in seconds."""
        return max((load.longest_wait for load in self.loads), default=0.0)

    @property
    def unfinished(self) -> list[str]:
        """Return the keys of the filings that were never acknowledged."""
        return [key for load in self.loads for key in load.unfinished]


class Trial(LoadTrial):
    """One trial of a fault under load."""

    def __init__(self, installation: Installation, *, seconds: float, limit: float | None) -> None:
        super().__init__(installation, seconds=seconds, limit=limit)
        self.installation = installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault; ``limit`` is the longest allowed response time in seconds."""

    name: str
    about: str
    inject: Callable[[Trial], None] = field(repr=False)
    limit: float | None = None


REGISTERED: dict[str, Fault] = {}


def fault(
    name: str, about: str, *, limit: float | None = None
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    """Return a decorator that registers a function as the injection of the fault ``name``."""

    def register(inject: Callable[[Trial], None]) -> Callable[[Trial], None]:
        REGISTERED[name] = Fault(name=name, about=about, inject=inject, limit=limit)
        return inject

    return register


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
    """Wait until ``condition`` is true; return whether it became true within ``seconds``."""
    ends = monotonic() + seconds
    while not condition():
        if monotonic() > ends or OVER.is_set():
            return False
        sleep(every)
    return True
