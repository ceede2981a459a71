"""What the suite's people write, who they are and what opens their requests stands in no log.

Looked for once a run: in what the database's server has written since, in what this process says
from warnings on, and in the logs of the processes that journeys start. Told are the place and the
kind, never the text: a report of a run is a log as well.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What the factories and the walks write, and shapes that nothing but a secret has.
KINDS = {
    "story": r"has been out since March|معطل منذ شهر مارس",
    "name": r"Test Person|مواطن تجريبي",
    "e-mail address": r"\b(?:person|citizen|mine|other)@example\.(?:org|ma)",
    "telephone number": r"\+2126\d{8}|\b06 12 34 56 78\b",
    "identity number": r"\bAB123456\b",
    "reference or receipt code": r"(?<![\d.])\d{16}(?![\d.])",
    "token": r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{43}(?![\w-])",
}
CANARIES = re.compile("|".join(f"(?P<k{n}>{text})" for n, text in enumerate(KINDS.values())))


def kind_of(line: str) -> str:
    """Which kind of secret a line holds; blank for none."""
    found = CANARIES.search(line)
    return list(KINDS)[int(str(found.lastgroup)[1:])] if found else ""


def found_in(lines: Iterable[str], *, name: str, first: int = 1) -> list[str]:
    """Where in a log something of a person stands: name, number of the line, kind."""
    kinds = ((number, kind_of(line)) for number, line in enumerate(lines, first))
    return [f"{name}, line {number}: {kind}" for number, kind in kinds if kind]


def found_in_folder(folder: Path) -> list[str]:
    """The same, in every log of the processes of one installation."""
    return [
        place
        for file in sorted(folder.glob("*.log"))
        for place in found_in(file.read_text(errors="replace").splitlines(), name=file.name)
    ]


class Listener(logging.Handler):
    """Looks at the lines of this process from warnings on, as its own formatter writes them."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(formatter)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember where a line came from that holds too much."""
        if kind := kind_of(self.format(record)):
            test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
            self.found.append(f"{record.name}, in {test}: {kind}")


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener at the root of all loggers, behind the handler of the settings."""
    root = logging.getLogger()
    formatters = [one.formatter for one in root.handlers if type(one) is logging.StreamHandler]
    listener = Listener(next(iter(formatters), None))
    root.addHandler(listener)
    try:
        yield listener
    finally:
        root.removeHandler(listener)


class ServerLog:
    """What the server of the tests writes from now on, where it is our own."""

    def __init__(self, path: Path = ROOT / "var" / "postgres-test" / "postgres.log") -> None:
        self.path = path
        self._begun = path.stat() if path.exists() else None

    def found(self) -> list[str]:
        """Where something of a person stands since then."""
        if self._begun is None:
            return []
        with suppress(FileNotFoundError), self.path.open("rb") as log:
            # Begun anew where the server was started again over a long one.
            is_same = os.fstat(log.fileno()).st_ino == self._begun.st_ino
            before = log.read(self._begun.st_size if is_same else 0)
            lines = log.read().decode(errors="replace").splitlines()
            return found_in(lines, name=self.path.name, first=before.count(b"\n") + 1)
        return []
