"""The faults by name, in the order in which they are tried, and what one of them is given."""

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

# What a page or a filing may take at most while something is broken: then it is refused.
MAX_WAIT = 6.0


class NotRun(Exception):
    """This machine cannot make the fault; the message says what is missing."""


class LoadTrial:
    """Filings sent to an installation, what they came to, and which promises did not hold."""

    def __init__(self, application: Application, *, seconds: float, limit: float | None) -> None:
        self.application = application
        self.seconds = seconds
        self.limit = limit
        self.run = secrets.token_hex(4)
        self.loads: list[Load] = []
        self.broken: list[str] = []
        self.notes: list[str] = []

    def promise(self, holds: object, otherwise: str) -> None:
        """Note a promise that does not hold."""
        if not holds:
            self.broken.append(otherwise)

    def note(self, text: str) -> None:
        """Add a figure or a finding that the table shows beside the row."""
        self.notes.append(text)

    @contextmanager
    def load(
        self, port: int, *, clients: int = 6, pause: float = 0.05, trust: SSLContext | None = None
    ) -> Iterator[Load]:
        """Clients that file for as long as the block runs, and then until all is acknowledged."""
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
        """Filings that are sent one by one, counted and checked as those of a load."""
        load = Load(port, run=f"{self.run}-{len(self.loads)}")
        self.loads.append(load)
        return load

    def moments(self, *, every: float, seconds: float | None = None) -> Iterator[int]:
        """Count the times at which something is to be done while the load runs."""
        ends = monotonic() + (self.seconds if seconds is None else seconds)
        number = 0
        while (left := ends - monotonic()) > 0 and not OVER.is_set():
            sleep(min(every, left))
            yield number
            number += 1

    @property
    def acknowledged(self) -> dict[str, set[str]]:
        """The key of each acknowledged filing with every reference that was answered to it."""
        found: dict[str, set[str]] = {}
        for load in self.loads:
            for key, references in load.acknowledged.items():
                found.setdefault(key, set()).update(references)
        return found

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered; 0 where the connection ended without an answer."""
        return sum((load.statuses for load in self.loads), Counter())

    @property
    def longest_wait(self) -> float:
        """Seconds of the longest single request."""
        return max((load.longest_wait for load in self.loads), default=0.0)

    @property
    def unfinished(self) -> list[str]:
        """The keys of filings that were never acknowledged, however often they were sent."""
        return [key for load in self.loads for key in load.unfinished]


class Trial(LoadTrial):
    """One fault under load."""

    def __init__(self, installation: Installation, *, seconds: float, limit: float | None) -> None:
        super().__init__(installation, seconds=seconds, limit=limit)
        self.installation = installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that can be injected again and again; ``limit`` bounds each wait in seconds."""

    name: str
    about: str
    inject: Callable[[Trial], None] = field(repr=False)
    limit: float | None = None


REGISTERED: dict[str, Fault] = {}


def fault(
    name: str, about: str, *, limit: float | None = None
) -> Callable[[Callable[[Trial], None]], Callable[[Trial], None]]:
    """Register a function as the injection of the fault ``name``."""

    def register(inject: Callable[[Trial], None]) -> Callable[[Trial], None]:
        REGISTERED[name] = Fault(name=name, about=about, inject=inject, limit=limit)
        return inject

    return register


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.1) -> bool:
    """Whether ``condition`` came true within so many seconds."""
    ends = monotonic() + seconds
    while not condition():
        if monotonic() > ends or OVER.is_set():
            return False
        sleep(every)
    return True
