"""What a search shows of a case that it found."""

from dataclasses import dataclass
from typing import NamedTuple

from shared.complaints.enums import SearchedText


class TextPiece(NamedTuple):
    """A piece of a text; ``is_hit`` where it is what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """The subject of a case and a part of the text that has most of the words, in pieces.

    ``where`` says which text that is; ``None`` where the subject alone has them.
    """

    subject: tuple[TextPiece, ...]
    snippet: tuple[TextPiece, ...] = ()
    where: SearchedText | None = None
