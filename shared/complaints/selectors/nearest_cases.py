"""Search for the cases that share the most distinctive words with a request.

At most ``MAX_ROWS`` rows are read: the index of words finds candidates by the rarest words of the
request only. The latest cases show how rare a word is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log, prod
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db import connection
from django.db.models import QuerySet

from shared.complaints.models import Complaint
from shared.complaints.models.full_text_search import (
    ALL_WORDS,
    distinctive_words,
    folded_words,
    word_forms,
)

# The frequency of words is counted in this many of the latest cases.
SAMPLE = 400
# The searches may find at most ``MAX_ROWS`` rows, by an estimate from the sample. Of the cases
# found, the latest ``MAX_COMPARED`` are compared.
MAX_ROWS, MAX_COMPARED = 3_000, 150
# Only the first characters of a request are compared, and only this many words are searched for.
MAX_LENGTH, MAX_WORDS = 2_000, 150
# Pairs of this many of the rarest words are also searched for.
MAX_PAIRED = 6
# A word that no case of the sample has is counted as if half a case of the sample had it.
_UNSEEN = 0.5
# A word in more than three of ten cases is not distinctive; a word in at most 20 cases is always
# distinctive.
_MAX_SHARE, _MIN_NUMBER = 0.3, 20
_COUNTED = """
    WITH latest AS (
        SELECT id, search FROM complaints_complaint ORDER BY id DESC LIMIT %s
    ), counted AS (
        SELECT word, count(*) AS number
        FROM latest CROSS JOIN LATERAL unnest(tsvector_to_array(search)) AS word
        WHERE word = ANY(%s) GROUP BY word
    )
    SELECT NULL AS word, count(*) AS number, coalesce(max(id), 0) AS highest FROM latest
    UNION ALL SELECT word, number, 0 FROM counted
"""


class _Counts(NamedTuple):
    """The count of sample cases with each word, and the estimated count of the agency's cases."""

    words: Mapping[str, int]
    # Each word with its forms: the plain word, the word with an article, and the forms in the
    # sample.
    forms: Mapping[str, set[str]]
    sample: int
    cases: int

    def rows(self, *words: str) -> float:
        """Return the expected count of cases with all these words, if words are independent."""
        shares = [(self.words[word] or _UNSEEN) / max(self.sample, 1) for word in words]
        return prod(shares, start=float(self.cases))

    def weight(self, word: str) -> float:
        """Return the weight of a word, which is higher for rarer words."""
        return log((self.sample + 1) / (self.words[word] + _UNSEEN))

    def is_distinctive(self, word: str) -> bool:
        """Return whether a word is rare enough to distinguish a case; always true for few cases."""
        return self.words[word] <= max(_MAX_SHARE * self.sample, _MIN_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCase:
    """A case that shares words with a request.

    ``common``: the count of shared distinctive words; ``score``: the weighted share of the
    request's words that the case has.
    """

    case: Complaint
    words: frozenset[str]
    common: int
    score: float


def request_words(case: Complaint) -> frozenset[str]:
    """Return the distinctive words of a citizen's request, without the case's other texts."""
    text = f"{case.subject} {case.remedy} {case.body}"
    return frozenset(distinctive_words(folded_words(text[:MAX_LENGTH])))


def nearest_cases(case: Complaint, *, among: QuerySet[Complaint]) -> list[NearCase]:
    """Return the cases of ``among`` that share words with a case, nearest first; three queries."""
    own = sorted(request_words(case))[:MAX_WORDS]
    counts = _counts(own)
    # Each term has a query of its own: for all terms together PostgreSQL estimates so many rows
    # that it reads the whole table.
    found = [
        among.filter(SearchVectorExact(ALL_WORDS, query)).order_by().values_list("pk", flat=True)
        for query in _queries(own, counts)
    ]
    if not found:
        return []
    union = found[0].union(*found[1:]) if len(found) > 1 else found[0]
    latest = [number for number in union.order_by("-pk")[: MAX_COMPARED + 1] if number != case.pk]
    near = [_compared(row, own, counts) for row in among.filter(pk__in=latest)]
    return sorted(near, key=lambda one: (-one.score, -one.case.pk))


def _compared(row: Complaint, own: Iterable[str], counts: _Counts) -> NearCase:
    words = request_words(row)
    common = words.intersection(own)
    whole = sum(map(counts.weight, own)) or 1
    return NearCase(
        case=row,
        words=words,
        common=sum(map(counts.is_distinctive, common)),
        score=sum(map(counts.weight, common)) / whole,
    )


def _counts(words: Sequence[str]) -> _Counts:
    stems = {form: word for word in words for form in word_forms(word)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [SAMPLE, list(stems)])
        rows = cursor.fetchall()
    found = dict.fromkeys(words, 0)
    # The first two forms of a word are by far the most frequent.
    forms = {word: set(word_forms(word)[:2]) for word in words}
    sample = cases = 0
    for form, number, highest in rows:
        if form is None:
            # Ids of deleted cases are missing, so the highest id is too high as the count of all
            # cases. If the sample has every case, its size is the exact count.
            sample, cases = number, highest if number == SAMPLE else number
        else:
            found[stems[form]] += number
            forms[stems[form]].add(form)
    return _Counts(words=found, forms=forms, sample=sample, cases=cases)


def _queries(words: Iterable[str], counts: _Counts) -> list[SearchQuery]:
    """Return the searches for words of the sample, for pairs of them, and for other words."""
    in_order = sorted(words, key=lambda word: (counts.words[word], -len(word), word))
    seen = [word for word in in_order if counts.words[word] and counts.is_distinctive(word)]
    unseen = [word for word in in_order if not counts.words[word]]
    pairs = sorted(combinations(seen[:MAX_PAIRED], 2), key=lambda pair: counts.rows(*pair))
    chosen = [
        *_affordable([(word,) for word in seen], counts, MAX_ROWS / 3),
        *_affordable(pairs, counts, MAX_ROWS / 3),
        *_affordable([(word,) for word in unseen], counts, MAX_ROWS / 3),
    ]
    return [
        SearchQuery(
            " & ".join(f"({' | '.join(sorted(counts.forms[word]))})" for word in one),
            config="simple",
            search_type="raw",
        )
        for one in chosen
    ]


def _affordable(
    choices: Iterable[tuple[str, ...]], counts: _Counts, rows: float
) -> list[tuple[str, ...]]:
    chosen = []
    for one in choices:
        rows -= counts.rows(*one)
        if rows < 0:
            break
        chosen.append(one)
    return chosen
