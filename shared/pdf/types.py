"""What can be printed: plain frozen data, already in words of the paper's language.

A value is text and stays text: nothing in it is read as markup, whatever signs it holds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.ui.types import TimelineEntry


class ValueStyle(StrEnum):
    """How a value is set: in its own direction, or as a number that never turns or breaks."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """What the paper receipt of one request says; ``kind``, ``organisation``, ``agency`` in words.

    ``steps`` are what happened and what will. ``is_orientation``: the orientation desk received the
    request. ``consent``, in words too, is how the person agreed where an officer filed for them.
    Of somebody anonymous nothing is known but the receipt code. ``mail_note`` is what is said
    of e-mails to the person.
    """

    language: str
    kind: str
    subject: str
    organisation: str
    reference: str
    receipt_code: str
    agency: str
    received_at: datetime
    due_on: date | None
    steps: tuple[TimelineEntry, ...]
    receipt_url: str
    tracking_url: str
    is_orientation: bool = False
    consent: str = ""
    is_anonymous: bool = False
    has_email: bool = True
    mail_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One label and its value."""

    label: str
    value: str
    style: ValueStyle = ValueStyle.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels and their values, one under the other."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Text as somebody wrote it; each of its lines keeps its own direction."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message of a conversation: who and when above it, and what was written."""

    heading: str
    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings; ``shares`` are the columns' widths, ``numbers`` set as numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """Lines to be filled in by hand."""

    labels: tuple[str, ...]


Block = Facts | Prose | Letter | Table | Points | Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfDocument:
    """A document of sections about one request, as it stood at ``made_at``."""

    language: str
    title: str
    kind: str
    reference: str
    made_at: datetime
    sections: tuple[Section, ...]
