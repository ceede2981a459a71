"""Full-text search in cases: how words are folded, stored and searched for.

PostgreSQL folds the words of subject and body when a case is stored; Python folds all other words
and the words of a search. The folding removes the same differences as shared.kernel.text: capitals,
accents, Arabic diacritics, letters that people confuse, and digits of both scripts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db.models import Func, TextField, Value
from django.db.models.functions import Coalesce, Concat

from shared.kernel.contacts import InvalidPhone, phone_parse
from shared.kernel.text import STOP_WORDS, search_key

# Latin and Arabic marks, hamza on the line, tatweel, joiners and direction signs.
_MARKS = (
    r"[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0621\u0640"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069]+"
)
# PostgreSQL's parser keeps such signs inside a word, for example in addresses and versions.
_JOINTS = r"[-./@:_]+"
_LETTERS = "ٱىیےةھہەگڭݣکپڤ٠١٢٣٤٥٦٧٨٩", "ايييههههككككبف0123456789"
_APOSTROPHES = re.compile("['`´‘’ʻʼ]")

# Letters and digits are split: "3bis" is two words.
_PARTS = re.compile(r"[0-9]+|[^0-9 ]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARTICLES = ("ال", "وال", "بال", "فال", "لل")
_ARTICLE = re.compile(rf"^(?:{'|'.join(sorted(_ARTICLES, key=len, reverse=True))})(?=..)")
# A shorter beginning would match too many words, so a shorter word is only matched whole.
_MIN_BEGINNING_LENGTH = 3
_MAX_WORDS = 8
# Only the beginning of a longer word is stored and searched for.
_MAX_WORD_LENGTH = 100
# A text between quotation marks is searched for as a phrase.
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”]|«([^«»]*)»")
_MOROCCO = "+212"
# A tsvector may have a megabyte at most; above half a megabyte no words are added.
MAX_STORED_BYTES = 500_000

# The words of subject and body, and the words of all other texts.
ALL_WORDS = Func(
    "search",
    Coalesce("more_words", Value("", SearchVectorField())),
    arg_joiner=" || ",
    template="(%(expressions)s)",
    output_field=SearchVectorField(),
)


def _sql(function: str, *arguments: object) -> Func:
    return Func(*arguments, function=function, output_field=TextField())


def search_vector() -> Func:
    """Return the SQL for the words of subject and body, without positions of words."""
    whole = Concat("subject", Value(" "), "body", output_field=TextField())
    # With quotes, PostgreSQL calls the function "normalize"; without quotes, NORMALIZE is a keyword
    # and takes no string.
    small = _sql("lower", _sql('"normalize"', whole, Value("NFKD")))
    bare = _sql("regexp_replace", small, Value(_MARKS), Value(""), Value("g"))
    apart = _sql("regexp_replace", bare, Value(_JOINTS), Value(" "), Value("g"))
    folded = _sql("translate", apart, *map(Value, _LETTERS))
    spelt = _sql("replace", folded, Value("œ"), Value("oe"))
    spelt = _sql("replace", spelt, Value("æ"), Value("ae"))
    # PostgreSQL's parser would read 1e1e as the number 1e1 and a letter.
    for pair in (r"([0-9])([^0-9])", r"([^0-9])([0-9])"):
        spelt = _sql("regexp_replace", spelt, Value(pair), Value(r"\1 \2"), Value("g"))
    return Func(SearchVector(spelt, config="simple"), function="strip")


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text in their order, in the form that is stored and searched
    for.
    """
    return _PARTS.findall(search_key(_APOSTROPHES.sub(" ", text)))


def distinctive_words(words: Iterable[str]) -> set[str]:
    """Return the distinctive words, without the article that Arabic joins to a noun.

    Numbers are left out, because most cases have dates and sums. Stop words and stems of one or two
    letters are left out too.
    """
    different = {
        word_stem(word) for word in words if word not in STOP_WORDS and not word.isdecimal()
    }
    return {word for word in different if len(word) >= _MIN_BEGINNING_LENGTH}


def word_forms(stem: str) -> tuple[str, ...]:
    """Return the forms in which a distinctive word may be stored; an Arabic word also with
    articles.
    """
    return (stem, *(article + stem for article in _ARTICLES)) if _ARABIC.search(stem) else (stem,)


def words_literal(texts: Iterable[str]) -> str:
    """Return the distinct folded words of the texts as a ``tsvector`` literal of PostgreSQL."""
    words = {word[:_MAX_WORD_LENGTH] for text in texts for word in folded_words(text)}
    # Words have only letters and digits here, so no word can end the quoted literal.
    return " ".join(f"'{word}'" for word in sorted(words))


def phone_forms(phone: str) -> tuple[str, ...]:
    """Return a telephone number and, for a Moroccan number, the form without the country code."""
    return (phone, f"0{phone.removeprefix(_MOROCCO)}") if phone.startswith(_MOROCCO) else (phone,)


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word to search for: forms that must match whole (``exact``), and forms that may be
    beginnings.
    """

    exact: frozenset[str]
    beginnings: tuple[str, ...]

    def matches(self, word: str) -> bool:
        """Return whether a folded word of a text matches this search word."""
        return word in self.exact or word.startswith(self.beginnings)


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """The terms of a search: words in any order, and phrases whose words must be adjacent.

    ``words`` contains the words of the phrases too; ``others`` contains the words outside of
    phrases.
    """

    words: tuple[AskedWord, ...]
    others: tuple[AskedWord, ...]
    phrases: tuple[tuple[str, ...], ...] = ()


def search_terms(text: str) -> SearchTerms:
    """Parse the text of a search; a text that is a telephone number becomes one word."""
    try:
        phone = phone_parse(text)
    except InvalidPhone:
        pass
    else:
        number = (_asked(phone_forms(phone)[-1].removeprefix("+")),)
        return SearchTerms(words=number, others=number)
    quoted = [folded_words("".join(pair)) for pair in _QUOTED.findall(text)]
    # A single word between quotation marks is no phrase.
    phrases = tuple(tuple(words[:_MAX_WORDS]) for words in quoted if len(words) > 1)
    unquoted = " ".join(word for words in quoted if len(words) == 1 for word in words)
    others = _distinctive(folded_words(f"{_QUOTED.sub(' ', text)} {unquoted}"))
    words = _distinctive(folded_words(text))
    return SearchTerms(words=words, others=others if phrases else words, phrases=phrases)


def _distinctive(words: list[str]) -> tuple[AskedWord, ...]:
    distinctive = [word for word in words if word not in STOP_WORDS] or words
    return tuple(map(_asked, distinctive[:_MAX_WORDS]))


def search_query(text: str) -> SearchQuery | None:
    """Return the query that requires each word of ``search_terms(text)``; a word of three or more
    letters may be the beginning of a longer word.

    Returns ``None`` if ``text`` has no word.
    """
    terms = search_terms(text)
    if not terms.words:
        return None
    return SearchQuery(
        " & ".join(f"({_alternatives(asked)})" for asked in terms.words),
        config="simple",
        search_type="raw",
    )


def phrase_places(phrase: Sequence[str], words: Sequence[str]) -> list[int]:
    """Return the positions in ``words`` where a phrase begins; Arabic articles are ignored."""
    first, *others = [word_stem(word) for word in phrase]
    # ``endswith`` is faster than ``word_stem`` and excludes most words.
    begins = [
        place
        for place, word in enumerate(words)
        if word.endswith(first) and word_stem(word) == first
    ]
    return [
        place
        for place in begins
        if [word_stem(word) for word in words[place + 1 : place + len(phrase)]] == others
    ]


def word_stem(word: str) -> str:
    """Return a folded word without the article that Arabic joins to a noun."""
    # Arabic writes the article and some particles together with the following noun.
    return _ARTICLE.sub("", word) if _ARABIC.search(word) else word


def _asked(word: str) -> AskedWord:
    forms = word_forms(word_stem(word[:_MAX_WORD_LENGTH]))
    short = frozenset(form for form in forms if len(form) < _MIN_BEGINNING_LENGTH)
    return AskedWord(exact=short, beginnings=tuple(form for form in forms if form not in short))


def _alternatives(asked: AskedWord) -> str:
    # Words have only letters and digits here, so no sign is read as an operator of the query.
    return " | ".join([*sorted(asked.exact), *(f"{form}:*" for form in asked.beginnings)])
