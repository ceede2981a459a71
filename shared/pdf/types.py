"""Data objects of PDF documents, with plain texts in the document's language."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.ui.types import TimelineEntry


class ValueStyle(StrEnum):
    """The style of a value: a text, or a number (on one line, from left to right)."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """The receipt of a request; ``kind``, ``organisation`` and ``agency`` are names for display.

    ``steps`` are past and coming events. ``is_orientation``: the orientation desk has received the
    request. ``consent``: a text on the person's consent to an assisted filing. ``is_anonymous``:
    the request has no name. ``mail_note``: a text about e-mails to the person.
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
    """A label and its value."""

    label: str
    value: str
    style: ValueStyle = ValueStyle.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A list of labels with their values."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A text of a person; each line has the direction of its script."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message of a conversation, with a heading (author and time) and a text."""

    heading: str
    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``shares``: widths of the columns; ``numbers``: positions of number columns."""

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
    """Empty lines with labels, which a person fills in on paper."""

    labels: tuple[str, ...]


Block = Facts | Prose | Letter | Table | Points | Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a document, with a heading and blocks."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfDocument:
    """A document about a request as it was at ``made_at``."""

    language: str
    title: str
    kind: str
    reference: str
    made_at: datetime
    sections: tuple[Section, ...]
