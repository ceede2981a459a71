"""Data objects of PDF documents: frozen, with texts in the document's language.

Values are plain text: no characters in them are read as markup.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.ui.types import TimelineEntry


class ValueStyle(StrEnum):
    """The style of a value: text in its own direction, or a number on one line, left to right."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDocument:
    """The receipt of one request; ``kind``, ``organisation`` and ``agency`` are texts.

    ``steps`` are past and coming events. ``is_orientation``: the orientation desk received the
    request. ``consent`` is a text on how the person agreed that an officer files for them.
    ``is_anonymous``: the person is identified by the receipt code alone. ``mail_note`` is a text
    about e-mails to the person.
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
    """Text as its author wrote it; each line of the text keeps its own direction."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message of a conversation: a heading with author and time, and the text."""

    heading: str
    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``shares``: widths of the columns; ``numbers``: positions of columns of numbers."""

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
    """Labelled empty lines to be filled in on paper."""

    labels: tuple[str, ...]


Block = Facts | Prose | Letter | Table | Points | Blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with the blocks under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfDocument:
    """A document of sections about one request, with the state of ``made_at``."""

    language: str
    title: str
    kind: str
    reference: str
    made_at: datetime
    sections: tuple[Section, ...]
