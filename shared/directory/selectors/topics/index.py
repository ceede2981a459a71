"""In-memory index of topics by their words, to find the topics of a question with typing errors."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.directory.selectors.topics.files import Topic, topics
from shared.directory.selectors.topics.words import (
    fold_word,
    modifiers,
    one_edit_apart,
    topic_words,
    with_one_letter_less,
    without_preposition,
    words_of_place,
)
from shared.kernel.text import sound_key

# Weights of a word that is similar to a word of a phrase: by one typing error, by sound, by
# beginning.
ONE_EDIT, SOUND, BEGINNING = 0.8, 0.7, 0.75
# The weight of a word that says where a thing is, like "school" in "in front of the school".
WHERE = 0.4
# The weight of short words and sounds, which is low because they match many words.
SHORT = 0.55
MIN_LETTERS_EDIT, MIN_LETTERS_BEGINNING, MIN_CONSONANTS = 4, 3, 3
# The factor of a word like "late" or "lost", which counts less than the noun beside it.
MODIFIER = 0.4
# The least matching shares of a phrase, by weight: for a sure topic, and for a possible topic.
SURE, POSSIBLE = 0.6, 0.25
# The weight of a word of a question that is in no phrase of any topic.
UNKNOWN = 4.0
# A topic is left out if its score is below this share of the best topic's score.
NEAR_THE_BEST = 0.45
MAX_TOPICS = 5
# The factor for words of a question that are in another phrase of the same topic.
BESIDE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """A topic that a question may be about; ``words`` are the matching words of the question.

    ``explained`` is the share of the question's words, by weight, that the topic matches.
    """

    topic: Topic
    score: float
    is_sure: bool
    explained: float
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Phrase:
    topic: int
    stems: frozenset[str]
    weight: float


class TopicIndex:
    """An index of the phrases of all topics, by word."""

    def __init__(self, entries: Sequence[Topic]) -> None:
        self.topics = entries
        folded = [
            (number, frozenset(words))
            for number, topic in enumerate(entries)
            for words in {topic_words(text) for text in topic.phrases}
            if words
        ]
        self._weights = _weights(folded, len(entries))
        self._phrases = [
            _Phrase(number, stems, sum(self._weights[stem] for stem in stems))
            for number, stems in folded
        ]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for place, phrase in enumerate(self._phrases):
            for stem in phrase.stems:
                self._by_stem[stem].append(place)
        self._sorted = sorted(self._by_stem)
        self._shortened: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        for stem in self._sorted:
            if len(stem) >= MIN_LETTERS_EDIT:
                for rest in with_one_letter_less(stem):
                    _add(self._shortened, rest, stem)
            sound = sound_key(stem)
            if len(sound) >= MIN_CONSONANTS and " " not in sound:
                _add(self._sounds, sound, stem)

    def has(self, word: str) -> bool:
        """Return whether a word of a search key equals a word of a phrase."""
        return fold_word(word) in self._by_stem

    def matches(
        self, text: str, *, literal: Collection[str] = (), leave_out: Collection[str] = ()
    ) -> list[TopicMatch]:
        """Return at most ``MAX_TOPICS`` topics that a text may be about, best first.

        Words in ``literal`` match only exactly, without typing errors; words in ``leave_out`` are
        ignored.
        """
        words = self._words_asked(text, leave_out)
        names = {fold_word(word) for word in literal}
        stems = {
            word: self._meant(word, is_last=place == len(words) - 1, is_literal=word in names)
            for place, word in enumerate(words)
        }
        asked = sum(
            max((self._weights[s] for s in found), default=UNKNOWN) for found in stems.values()
        )
        found = self._scored(self._without_place(stems, words_of_place(text)))
        sure = [match for match in found if match[2] >= SURE]
        kept = sure or [match for match in found if match[2] >= POSSIBLE]
        best = max((score for _n, score, _c, _w in kept), default=0.0)
        ranked = sorted(
            (one for one in kept if one[1] >= NEAR_THE_BEST * best),
            key=lambda one: (-one[1], one[0]),
        )
        return [
            TopicMatch(
                topic=self.topics[number],
                score=score,
                is_sure=bool(sure),
                explained=sum(max(self._weights[stem] for stem in stems[word]) for word in by_words)
                / asked,
                words=frozenset(by_words),
            )
            for number, score, _cover, by_words in ranked[:MAX_TOPICS]
        ]

    def _words_asked(self, text: str, leave_out: Collection[str]) -> list[str]:
        left_out = {fold_word(word) for word in leave_out}
        return [
            word
            for word in topic_words(text)
            if word not in left_out
            # A number counts only if a phrase contains it, for example an emergency number.
            and (not word.isdigit() or word in self._by_stem)
        ]

    def _without_place(
        self, stems: dict[str, dict[str, float]], where: Collection[str]
    ) -> dict[str, dict[str, float]]:
        """Return the words; words of a place weigh less if the other words name a sure topic."""
        elsewhere = {word: found for word, found in stems.items() if word not in where}
        if not where or all(share < SURE for _n, _s, share, _w in self._scored(elsewhere)):
            return stems
        return elsewhere | {
            word: {stem: quality * WHERE for stem, quality in found.items()}
            for word, found in stems.items()
            if word in where
        }

    def _scored(
        self, stems: dict[str, dict[str, float]]
    ) -> list[tuple[int, float, float, set[str]]]:
        """Return for each topic: index, score, matched share of the best phrase, matched words."""
        parts: dict[int, dict[str, tuple[float, str]]] = defaultdict(dict)
        for word, meant in stems.items():
            for stem, quality in meant.items():
                for place in self._by_stem[stem]:
                    if quality > parts[place].get(stem, (0.0, ""))[0]:
                        parts[place][stem] = (quality, word)
        best: dict[int, tuple[float, float, set[str]]] = {}
        beside: dict[int, dict[str, float]] = defaultdict(dict)
        for place, found in parts.items():
            phrase = self._phrases[place]
            mass = sum(self._weights[stem] * quality for stem, (quality, _w) in found.items())
            score, share = mass * mass / phrase.weight, mass / phrase.weight
            for stem, (quality, word) in found.items():
                worth = self._weights[stem] * quality * share
                beside[phrase.topic][word] = max(worth, beside[phrase.topic].get(word, 0.0))
            if score > best.get(phrase.topic, (0.0, 0.0, set()))[0]:
                best[phrase.topic] = (score, share, {word for _q, word in found.values()})
        return [
            (
                number,
                score
                + BESIDE * sum(w for word, w in beside[number].items() if word not in in_phrase),
                share,
                set(beside[number]),
            )
            for number, (score, share, in_phrase) in best.items()
        ]

    def _meant(self, word: str, *, is_last: bool, is_literal: bool) -> dict[str, float]:
        """Return the words of phrases that a word of a question may mean, with their weights."""
        if word in self._by_stem:
            return {word: 1.0}
        if is_literal:
            return {}
        if without_preposition(word) in self._by_stem:
            return {without_preposition(word): 1.0}
        found: dict[str, float] = {}
        if is_last and len(word) >= MIN_LETTERS_BEGINNING:
            found |= dict.fromkeys(self._beginning_with(word), BEGINNING)
        sound = sound_key(word)
        if len(sound) >= MIN_CONSONANTS:
            found |= dict.fromkeys(
                self._sounds.get(sound, "").split(), SOUND if len(sound) > MIN_CONSONANTS else SHORT
            )
        if len(word) >= MIN_LETTERS_EDIT:
            near = {
                stem
                for rest in with_one_letter_less(word)
                for stem in self._shortened.get(rest, "").split()
                if one_edit_apart(word, stem)
            }
            likely = ONE_EDIT if len(word) > MIN_LETTERS_EDIT else SHORT
            found |= dict.fromkeys(sorted(near), likely)
        return found or self._in_two(word)

    def _in_two(self, word: str) -> dict[str, float]:
        """Return the two words of phrases that a question writes as one word, like "etatcivil"."""
        for place in range(3, len(word) - 2):
            pair = {fold_word(word[:place]), fold_word(word[place:])}
            if all(stem in self._by_stem for stem in pair):
                return dict.fromkeys(sorted(pair), ONE_EDIT)
        return {}

    def _beginning_with(self, word: str) -> Iterable[str]:
        for place in range(bisect_left(self._sorted, word), len(self._sorted)):
            if not self._sorted[place].startswith(word):
                break
            yield self._sorted[place]


@lru_cache(maxsize=1)
def topic_index() -> TopicIndex:
    """Return this process's index; the first call builds the index from the files (0.2 s)."""
    return TopicIndex(topics())


def _add(stems: dict[str, str], key: str, stem: str) -> None:
    """Add a stem to the stems of a key, which are one text with spaces.

    Most keys have one stem, whose text is there already; a list would take 90 bytes more.
    """
    stems[key] = f"{stems[key]} {stem}" if key in stems else stem


def _weights(folded: list[tuple[int, frozenset[str]]], count: int) -> dict[str, float]:
    """Return the weight of each word; the fewer topics have a word, the higher is its weight."""
    having: dict[str, set[int]] = defaultdict(set)
    for number, stems in folded:
        for stem in stems:
            having[stem].add(number)
    return {
        stem: math.log(1 + count / len(numbers)) * (MODIFIER if stem in modifiers() else 1.0)
        for stem, numbers in having.items()
    }
