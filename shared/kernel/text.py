"""Normalisation of typed texts: cleaning, digits, keys of spelling and sound. No Django."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹" + "０１２３４５６７８９",
    "0123456789" * 3,
)
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
# The Unicode categories Cc and Cs, except line feed and tab.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# The Unicode categories of marks, joiners and direction signs, which nobody types on purpose.
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cs"})
# Code points below U+0800: Latin, Greek, Cyrillic, Hebrew, Arabic and a few other scripts.
_OFTEN_TYPED = range(0x800)


class _Letters(dict[int, str | int | None]):
    """A map of characters to their form in a search key, filled at first use."""

    def __missing__(self, code: int) -> int | None:
        seen = None if unicodedata.category(chr(code)) in _UNSEEN else code
        # The more than one million other code points are not cached, because they could fill the
        # memory.
        if code in _OFTEN_TYPED:
            self[code] = seen
        return seen


# Letters that people interchange. Hamza, madda and accents are not listed, because they are removed
# after NFKD.
_SAME_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"),
        **dict.fromkeys("ىیے", "ي"),
        **dict.fromkeys("ةھہە", "ه"),
        **dict.fromkeys("گڭݣک", "ك"),
        **dict.fromkeys("پ", "ب"),
        **dict.fromkeys("ڤ", "ف"),
        **dict.fromkeys("ءـ", None),
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ı": "i",
    }
)
_LETTERS = _Letters(_SAME_LETTERS | _DIGITS)
# A second call of ``_bare`` does not change a text that has only these characters.
_SETTLED = re.compile("[\x00-\x40\x5b-\x7fابتثجحخدذرزسشصضطظعغفقكلمنهوي]*")
_APOSTROPHES = "'`´‘’ʻʼ"
# "l'eau" is two words, "M'diq" is one word.
_ELISION = re.compile(rf"\b(qu|[ldjstnc])[{_APOSTROPHES}](?=\w)")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
_NOT_A_WORD = re.compile(r"[\W_]+")

_STOP_WORDS = """
    le la les l de du des d un une et ou en a au aux sur pour par dans avec mon ma mes je il
    the of and for in to my dyal dial fi f w o ديال د في و من على عن الى هل ما ان او مع
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text in the three languages of the portal."""

    ar: str
    fr: str
    en: str

    def text(self, language: str) -> str:
        """Return the text in ``language``, like ``fr`` or ``fr-ma``; Arabic for other languages."""
        return {"fr": self.fr, "en": self.en}.get(language[:2], self.ar)


def clean_text(text: str) -> str:
    """Return a text that is safe to store: NFC, and no control characters but ``\\n`` and tab.

    NUL and surrogates are removed, because PostgreSQL refuses NUL, and UTF-8 has no surrogates.
    """
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text)))


def latin_digits(text: str) -> str:
    """Return the text with Arabic-Indic, Persian and full-width digits written as 0-9."""
    return text.translate(_DIGITS)


def search_key(text: str) -> str:
    """Return words in lower case, without accents or diacritics, one spelling per Arabic letter.

    Texts that a reader thinks equal have the same key. The key of a key is the same key.
    """
    bare = _bare(text)
    if not _SETTLED.fullmatch(bare):
        # Case folding may produce letters that NFKD decomposes, so a second call is needed. A third
        # call would change nothing.
        bare = _bare(bare)
    return _NOT_A_WORD.sub(" ", _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", bare))).strip()


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return folded.translate(_LETTERS)


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of the search key without stop words; all words if all are stop words."""
    words = tuple(search_key(text).split())
    return tuple(word for word in words if word not in STOP_WORDS) or words


def search_phrase(text: str) -> str:
    """Return the search words joined with spaces, to compare texts."""
    return " ".join(search_words(text))


# --- sounds ---------------------------------------------------------------------------------
# The consonants of a word, the same for both scripts: so "wizarat sseha" matches "وزارة الصحة".
# Arabic does not write short vowels, and long ones have several spellings in Latin letters, so all
# vowels are removed.
_ARABIC_SOUNDS = str.maketrans(
    {
        **dict.fromkeys("ب", "b"),
        **dict.fromkeys("تثط", "t"),
        **dict.fromkeys("ج", "j"),
        **dict.fromkeys("حه", "h"),
        **dict.fromkeys("خ", "q"),
        **dict.fromkeys("دذضظ", "d"),
        **dict.fromkeys("ر", "r"),
        **dict.fromkeys("ز", "z"),
        **dict.fromkeys("سص", "s"),
        **dict.fromkeys("ش", "x"),
        **dict.fromkeys("غ", "g"),
        **dict.fromkeys("ف", "f"),
        **dict.fromkeys("قك", "k"),
        **dict.fromkeys("ل", "l"),
        **dict.fromkeys("م", "m"),
        **dict.fromkeys("ن", "n"),
        **dict.fromkeys("اويع", ""),
    }
)
_LATIN_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (
            r"(?<=\w{4})a[th]$",
            "",
        ),  # wizarat, madinah: Arabic writes the ta marbuta as one letter
        (r"x", "ks"),
        (r"tch|ch|sh", "x"),
        (r"kh|5", "Q"),  # in capitals until the plain q and g have become k
        (r"gh|8", "G"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ph|v", "f"),
        (r"gu(?=[ei])", "k"),
        (r"dj|g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"[qgc9]u?", "k"),
        (r"p", "b"),
        (r"6", "t"),
        (r"7", "h"),
        (r"Q", "q"),
        (r"G", "g"),
        (r"[aeiouyw23]", ""),
    )
)
_ARABIC_LETTER = re.compile(r"[\u0600-\u06ff]")
_ARABIC_ARTICLE = re.compile(r"^(?:وال|بال|فال|ال|لل)(?=..)")
_LATIN_ARTICLE = re.compile(r"^l(?=[^aeiouyw]|a3|3)")
_ARTICLES = frozenset({"el", "al", "l"})
_TWICE = re.compile(r"(.)\1+")


def sound_key(text: str) -> str:
    """Return the sound of a text: its consonants in Latin letters, equal for both scripts.

    Different words may have the same key ("hamia" and حماية both have ``hm``), so use this key to
    find texts, and ``search_key`` to rank the found texts.
    """
    sounds = (_word_sound(word) for word in search_words(text) if word not in _ARTICLES)
    return " ".join(sound for sound in sounds if sound)


@lru_cache(maxsize=4096)
def _word_sound(word: str) -> str:
    if word.isdigit():
        return word
    if _ARABIC_LETTER.search(word):
        stem = _ARABIC_ARTICLE.sub("", word)
        sound = (stem[:-1] if stem.endswith("ه") and len(stem) > 2 else stem).translate(
            _ARABIC_SOUNDS
        )
    else:
        sound = _LATIN_ARTICLE.sub("", word) if len(word) > 2 else word
        for pattern, letter in _LATIN_SOUNDS:
            sound = pattern.sub(letter, sound)
    return _TWICE.sub(r"\1", sound)
