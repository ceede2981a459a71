"""How the words of a case are found: folded by PostgreSQL when stored, by Python when asked.

Both foldings agree on what shared.kernel.text takes for the same: capitals, accents, Arabic
diacritics, the letters that people use for one another, digits of both scripts.
"""

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat

from shared.kernel.text import search_words

# Latin and Arabic marks, hamza on the line, tatweel, joiners and direction signs.
_MARKS = (
    r"[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0621\u0640"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069]+"
)
# PostgreSQL's parser would keep these inside of words, as in addresses and versions.
_JOINTS = r"[-./@:_]+"
_LETTERS = "ٱىیےةھہەگڭݣکپڤ٠١٢٣٤٥٦٧٨٩", "ايييههههككككبف0123456789"
_APOSTROPHES = re.compile("['`´‘’ʻʼ]")

_PARTS = re.compile(r"[0-9]+|[^0-9]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARTICLES = ("ال", "وال", "بال", "فال", "لل")
_ARTICLE = re.compile(rf"^(?:{'|'.join(sorted(_ARTICLES, key=len, reverse=True))})(?=..)")
# The beginning of a shorter word is the beginning of half the words there are.
_MIN_BEGINNING_LENGTH = 3
_MAX_WORDS = 8


def _sql(function: str, *arguments: object) -> Func:
    return Func(*arguments, function=function, output_field=TextField())


def search_vector() -> Func:
    """The words of subject and body, without their places: nothing is ranked."""
    whole = Concat("subject", Value(" "), "body", output_field=TextField())
    # The quotes make a function of it; bare, NORMALIZE is grammar and takes no string.
    small = _sql("lower", _sql('"normalize"', whole, Value("NFKD")))
    bare = _sql("regexp_replace", small, Value(_MARKS), Value(""), Value("g"))
    apart = _sql("regexp_replace", bare, Value(_JOINTS), Value(" "), Value("g"))
    folded = _sql("translate", apart, *map(Value, _LETTERS))
    spelt = _sql("replace", folded, Value("œ"), Value("oe"))
    spelt = _sql("replace", spelt, Value("æ"), Value("ae"))
    # PostgreSQL's parser would take 1e1e for the number 1e1 and a letter.
    for pair in (r"([0-9])([^0-9])", r"([^0-9])([0-9])"):
        spelt = _sql("regexp_replace", spelt, Value(pair), Value(r"\1 \2"), Value("g"))
    return Func(SearchVector(spelt, config="simple"), function="strip")


def search_query(text: str) -> SearchQuery | None:
    """Cases with all of these words or words that begin so; ``None`` when there is no word."""
    spoken = search_words(_APOSTROPHES.sub(" ", text))
    words = [part for word in spoken for part in _PARTS.findall(word)][:_MAX_WORDS]
    if not words:
        return None
    return SearchQuery(
        " & ".join(f"({' | '.join(map(_beginning, _forms(word)))})" for word in words),
        config="simple",
        search_type="raw",
    )


def _forms(word: str) -> tuple[str, ...]:
    # Arabic writes its article and small words in front of the noun, in one word with it.
    if not _ARABIC.search(word):
        return (word,)
    stem = _ARTICLE.sub("", word)
    return (stem, *(article + stem for article in _ARTICLES))


def _beginning(word: str) -> str:
    # Letters and digits alone come this far: nothing in them is syntax of a query.
    return f"{word}:*" if len(word) >= _MIN_BEGINNING_LENGTH else word
