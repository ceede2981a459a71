"""Marking of searched words in a text; the spelling of the text does not change."""

import re
from collections.abc import Sequence
from itertools import groupby

from shared.complaints.models.full_text_search import SearchTerms, folded_words, phrase_places
from shared.complaints.types.search import TextPiece

# A word of a text: digits, or letters with their marks, joiners and direction signs.
_WRITTEN = re.compile(
    r"\d+|(?:[^\W\d_]|(?<=\w)[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069]+)+"
)
SNIPPET_LENGTH, SNIPPET_BEFORE = 180, 50
_CUT = "…"


def marked_pieces(text: str, terms: SearchTerms) -> tuple[TextPiece, ...]:
    """Return the whole text in pieces, with the searched words marked."""
    return _pieces(text, _hits(text, terms))


def marked_snippet(text: str, terms: SearchTerms) -> tuple[TextPiece, ...]:
    """Return the part of a text with the most searched words, in pieces and on one line."""
    text = " ".join(text.split())
    hits = _hits(text, terms)
    if not hits:
        return ()
    start, end = _window(text, hits)
    inside = [
        (max(a, start) - start, min(b, end) - start) for a, b in hits if start < b and a < end
    ]
    pieces = list(_pieces(text[start:end], inside))
    if start:
        pieces.insert(0, TextPiece(_CUT, is_hit=False))
    if end < len(text):
        pieces.append(TextPiece(_CUT, is_hit=False))
    return tuple(pieces)


def _hits(text: str, terms: SearchTerms) -> list[tuple[int, int]]:
    """Return the spans of the searched words, in their order."""
    spans: list[tuple[int, int]] = []
    words: list[str] = []
    for match in _WRITTEN.finditer(text):
        # A ligature can be a whole phrase, so one match can have several folded words.
        folded = folded_words(match.group())
        words += folded
        spans += [match.span()] * len(folded)
    found = {
        place + step
        for phrase in terms.phrases
        for place in phrase_places(phrase, words)
        for step in range(len(phrase))
    }
    found |= {
        place
        for place, word in enumerate(words)
        if any(asked.matches(word) for asked in terms.others)
    }
    return [spans[place] for place in sorted(found)]


def _window(text: str, hits: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the start and the end of the part of a text in which most hits are close together."""
    first = max(
        hits, key=lambda one: sum(one[0] <= a < one[0] + SNIPPET_LENGTH // 2 for a, _ in hits)
    )
    start = max(0, first[0] - SNIPPET_BEFORE)
    # The start and the end are moved to spaces, so that no word is cut.
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + SNIPPET_LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), first[1])
    return start, end


def _pieces(text: str, hits: Sequence[tuple[int, int]]) -> tuple[TextPiece, ...]:
    marks = [False] * len(text)
    for start, end in hits:
        marks[start:end] = [True] * (end - start)
    return tuple(
        TextPiece("".join(letter for letter, _ in run), is_hit=is_hit)
        for is_hit, run in groupby(zip(text, marks, strict=True), key=lambda one: one[1])
    )
