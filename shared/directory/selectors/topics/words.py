"""Normalisation of the words of a question: all spellings of a word get the same form."""

import re
from functools import lru_cache
from itertools import pairwise

from shared.kernel.text import STOP_WORDS, search_key
from shared.reference_data.files import file_entries

_WORDS = {
    entry["code"]: search_key(" ".join(entry["words"])).split()
    for entry in file_entries("shared.directory", "topics/words.toml", table="words", key="code")
}
ASKING_WORDS = frozenset(_WORDS["asking"]) | STOP_WORDS
_WHERE_WORDS = frozenset(_WORDS["where"])
# In the other entries of the file, the first word of an entry is the stem of all its words.
_STEMS = {
    word: words[0]
    for code, words in _WORDS.items()
    if code not in {"asking", "modifiers", "where"}
    for word in words
}
_ARTICLES = frozenset({"el", "al", "l", "d", "t", "s", "n", "z", "r"})

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ARABIC_PREFIX = re.compile(r"^(?:وال|بال|فال|كال|لل|ال|دال)(?=...)")
# Arabic prepositions and "and" of one letter, joined to the next word.
_ARABIC_JOINED = re.compile(r"^[وفبلكد](?=...)")
_ARABIC_SUFFIX = re.compile(r"(?<=...)(?:يات|ات|ين|ون|يه|ها|ه|ي|ا)$")
_HAS_LETTER = re.compile(r"[a-z]")
_LATIN = (
    (re.compile(r"7"), "h"),
    (re.compile(r"9"), "q"),
    (re.compile(r"[23']"), ""),
    (re.compile(r"5"), "kh"),
    (re.compile(r"8"), "gh"),
    (re.compile(r"6"), "t"),
    (re.compile(r"sh"), "ch"),
    (re.compile(r"ck|q(?!u)"), "k"),
    (re.compile(r"ou"), "o"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    # The article of darija, as in "lpermi" and "l7ala".
    (re.compile(r"^l(?=[^aeiou]..)"), ""),
    (re.compile(r"(?<=....)(?:es|er|ee|ed)$"), ""),
    (re.compile(r"(?<=...)[sxe]$"), ""),
    (re.compile(r"(?<=...)e$"), ""),
)


def topic_words(text: str) -> tuple[str, ...]:
    """Return the normalised words of a text, without words like "how" that name no subject."""
    words = (word for word in search_key(text).split() if word not in ASKING_WORDS)
    return tuple(fold_word(word) for word in words if word not in _ARTICLES)


def words_of_place(text: str) -> frozenset[str]:
    """Return the normalised words that say where a thing is, for example after "in front of"."""
    words = [word for word in search_key(text).split() if word not in STOP_WORDS | _ARTICLES]
    return frozenset(
        fold_word(word)
        for before, word in pairwise(words)
        if before in _WHERE_WORDS and word not in ASKING_WORDS
    )


def without_preposition(word: str) -> str:
    """Return a normalised Arabic word without a preposition joined to its beginning.

    "لدفن" is "دفن" with "to", but "لقاح" is one word, so call this function only for unknown words.
    """
    return _ARABIC_JOINED.sub("", word)


@lru_cache(maxsize=1)
def modifiers() -> frozenset[str]:
    """Return the normalised words with a low weight, because they are used about many subjects."""
    return frozenset(fold_word(word) for word in _WORDS["modifiers"])


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """Return a word of a search key without article, plural ending and digits of darija."""
    if _ARABIC.search(word):
        bare = _ARABIC_PREFIX.sub("", word)
        return _STEMS.get(bare) or _ARABIC_SUFFIX.sub("", bare)
    if not _HAS_LETTER.search(word):
        return word
    folded = word
    for pattern, letter in _LATIN:
        folded = pattern.sub(letter, folded)
    return folded or word


def one_edit_apart(word: str, other: str) -> bool:
    """Return whether one letter is missing, added, wrong or swapped between two words."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    left, right = word[start:], other[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:])
    )


def with_one_letter_less(word: str) -> set[str]:
    """Return a word and its forms with one letter less; words one edit apart share a form."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
