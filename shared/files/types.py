"""What an examination leaves of a file."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the virus scanner said of a file."""

    NOT_SCANNED = "not_scanned"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedFile:
    """A file that was opened, found whole and cleaned: ``content`` is not what was sent."""

    name: str
    content_type: str
    content: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile(ExaminedFile):
    """An examined file with what the scanner said of it: anything but ``INFECTED``."""

    verdict: Verdict
