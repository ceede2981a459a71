"""Data of a case that a search found."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SearchedText(TextChoices):
    """The kind of text, besides the subject, in which a search found a word."""

    STORY = "story", _("What the citizen wrote")
    PART = "part", _("Text of the part, by an officer")
    REMEDY = "remedy", _("What they ask for")
    PLACE = "place", _("Where")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Internal note")
    PARTY = "party", _("Citizen")


class TextPiece(NamedTuple):
    """A piece of a text; ``is_hit``: the piece is a searched word."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """The subject of a case and the part of a text with the most searched words, in pieces.

    ``where``: the kind of the text that contains the part; ``None`` if only the subject has the
    words.
    """

    subject: tuple[TextPiece, ...]
    snippet: tuple[TextPiece, ...] = ()
    where: SearchedText | None = None
