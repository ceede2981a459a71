"""Data that a search shows of a case that was found."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SearchedText(TextChoices):
    """The text of a case, besides its subject, in which a search found something."""

    STORY = "story", _("What the citizen wrote")
    PART = "part", _("Text of the part, by an officer")
    REMEDY = "remedy", _("What they ask for")
    PLACE = "place", _("Where")
    MESSAGE = "message", _("Message")
    NOTE = "note", _("Internal note")
    PARTY = "party", _("Citizen")


class TextPiece(NamedTuple):
    """A piece of a text; ``is_hit`` if it was searched for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """The subject of a case and a part of the text that has most of the words, in pieces.

    ``where``: which text that is; ``None`` where the subject alone has the words.
    """

    subject: tuple[TextPiece, ...]
    snippet: tuple[TextPiece, ...] = ()
    where: SearchedText | None = None
