"""The results of the examination of a file."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The verdict of the virus scanner on a file."""

    NOT_SCANNED = "not_scanned"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedFile:
    """A file that was examined; ``content`` is cleaned and may differ from the original."""

    name: str
    content_type: str
    content: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile(ExaminedFile):
    """An examined file with the scanner's verdict; the verdict is never ``INFECTED``."""

    verdict: Verdict
