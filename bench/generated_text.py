"""A generator of hundreds of thousands of texts, with word frequencies as in a language (Zipf)."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random

WORDS = 12_000
WORDS_OF_A_BODY = 60
WORDS_OF_A_SUBJECT = 5

# The most frequent words; all other words are made of syllables.
FRENCH = "retard dossier route eau lampe école quartier demande réponse guichet facture hôpital"
ARABIC = "طريق ماء إنارة الشارع مدرسة ملفّ تأخّر طلب جواب شباك فاتورة مستشفى"
FRENCH_PARTS = "bu cha dé fi go ju lé mou na pla qui ré so tra vou ze çon eur ier men tion"
ARABIC_PARTS = "با تي جو حد خر دم ذو را زي سو شم صا ضر طي عو غا فت قر كو لا من نو هي وا يد"

# For bench.search: a word in one case of 25,000, and a word in two of five of the latest cases.
RARE, RARE_EVERY = "zellige", 25_000
RECENT, RECENT_SHARE, RECENT_CHANCE = "zelzal", 0.05, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The subject and body of one request."""

    language: str
    subject: str
    body: str


class TextGenerator:
    """A generator of any number of texts, which are the same for the same seed."""

    def __init__(self, *, seed: int) -> None:
        self._rng = Random(f"texts:{seed}")
        self._words = {
            "fr": _words(self._rng, FRENCH, FRENCH_PARTS),
            "ar": _words(self._rng, ARABIC, ARABIC_PARTS),
        }
        self._weights = list(accumulate(1 / (rank + 5) for rank in range(WORDS)))

    def words(self, count: int, rng: Random) -> list[str]:
        """Return random search words with the frequencies of the texts."""
        return [
            rng.choices(self._words[rng.choice(("ar", "fr"))], cum_weights=self._weights)[0]
            for _ in range(count)
        ]

    def text(self, *, number: int, of: int) -> Text:
        """Return the ``number``-th of ``of`` texts, half of which are in Arabic."""
        language = "ar" if self._rng.random() < 0.5 else "fr"
        count = WORDS_OF_A_SUBJECT + WORDS_OF_A_BODY
        words = self._rng.choices(self._words[language], cum_weights=self._weights, k=count)
        if number % RARE_EVERY == RARE_EVERY // 2:
            words[0] = RARE
        if number > of * (1 - RECENT_SHARE) and self._rng.random() < RECENT_CHANCE:
            words[-1] = RECENT
        subject, body = words[:WORDS_OF_A_SUBJECT], words[WORDS_OF_A_SUBJECT:]
        return Text(language=language, subject=" ".join(subject)[:200], body=" ".join(body))


def _words(rng: Random, first: str, parts: str) -> list[str]:
    made, syllables = dict.fromkeys(first.split()), parts.split()
    while len(made) < WORDS:
        made["".join(rng.choices(syllables, k=rng.randint(2, 5)))] = None
    return list(made)
