"""Search for cases by the words of all their texts, with snippets in which the words are marked."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.contrib.postgres.search import SearchVectorExact
from django.db.models import Q, QuerySet

from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint, Message, Note
from shared.complaints.models.full_text_search import (
    ALL_WORDS,
    SearchTerms,
    folded_words,
    phone_forms,
    phrase_places,
    search_query,
    search_terms,
)
from shared.complaints.selectors.text_marks import marked_pieces, marked_snippet
from shared.complaints.types.search import SearchedText, SearchHit
from shared.kernel.references import LENGTH

# A phrase is searched for in this many of the latest cases that have its words.
MAX_PHRASE_CASES = 400
# The latest messages and notes that are read for the cases of a page, or for a phrase search.
MAX_SHOWN_TEXTS, MAX_PHRASE_TEXTS = 400, 2_000
# The kind of the text in ``body``: the key is whether the case is a part.
STORIES = {False: SearchedText.STORY, True: SearchedText.PART}


class _Text(NamedTuple):
    """One text of a case; ``where`` is ``None`` for the subject."""

    where: SearchedText | None
    text: str


def search_in(rows: QuerySet[Complaint], text: str) -> QuerySet[Complaint]:
    """Return the cases of ``rows`` whose texts together have all words of ``text``.

    Cases whose reference begins with ``text`` are returned too. ``rows`` must be limited to what
    the officer may see, because a phrase is only searched for in the ``MAX_PHRASE_CASES`` latest
    rows with its words; a phrase needs four queries.
    """
    found = rows.filter(_words_condition(text))
    terms = search_terms(text)
    return rows.filter(pk__in=_with_phrases(found, terms)) if terms.phrases else found


def search_hits(cases: Collection[int], text: str) -> dict[int, SearchHit]:
    """Return the marked subject and snippet of each case that ``search_in`` found, keyed by case
    id.

    Three queries, whatever the number of cases.
    """
    terms = search_terms(text)
    return {number: _hit(texts, terms) for number, texts in _texts(cases, MAX_SHOWN_TEXTS).items()}


def _words_condition(text: str) -> Q:
    query = search_query(text)
    by_words = Q(pk__in=[]) if query is None else Q(SearchVectorExact(ALL_WORDS, query))
    if not text.isdecimal():
        return by_words
    # The condition is a range of references, because LIKE uses an index in some collations only.
    return by_words | Q(reference__range=(text.ljust(LENGTH, "0"), text.ljust(LENGTH, "9")))


def _with_phrases(rows: QuerySet[Complaint], terms: SearchTerms) -> list[int]:
    latest = rows.order_by("-pk").values_list("pk", flat=True)[:MAX_PHRASE_CASES]
    found = []
    for number, texts in _texts(list(latest), MAX_PHRASE_TEXTS).items():
        folded = [folded_words(one.text) for one in texts]
        if all(any(phrase_places(phrase, words) for words in folded) for phrase in terms.phrases):
            found.append(number)
    return found


def _texts(cases: Collection[int], at_most: int) -> dict[int, list[_Text]]:
    """Return the texts of each case in the order of preference, the subject first."""
    found: dict[int, list[_Text]] = {}
    columns = ("pk", "privacy", "is_part", "subject", "body", "remedy", "place")
    person = ("party__name", "party__email", "party__phone")
    later: dict[int, list[_Text]] = {}
    for row in Complaint.objects.filter(pk__in=cases).values_list(*columns, *person):
        number, privacy, is_part, subject, body, remedy, place, name, email, phone = row
        found[number] = [_Text(None, subject), _Text(STORIES[is_part], body)]
        later[number] = [_Text(SearchedText.REMEDY, remedy), _Text(SearchedText.PLACE, place)]
        if privacy == Privacy.NAMED:
            said = " · ".join(filter(None, (name, email, *phone_forms(phone)[-1:])))
            later[number].append(_Text(SearchedText.PARTY, said))
    for model, where in ((Message, SearchedText.MESSAGE), (Note, SearchedText.NOTE)):
        texts = model.objects.filter(complaint__in=list(cases)).order_by("-at", "-id")
        for number, body in texts.values_list("complaint_id", "body")[:at_most]:
            found[number].append(_Text(where, body))
    return {number: texts + later[number] for number, texts in found.items()}


def _hit(texts: Sequence[_Text], terms: SearchTerms) -> SearchHit:
    subject, *others = texts
    values = [_value(one.text, terms) for one in others]
    best = values.index(max(values))
    marked = marked_pieces(subject.text, terms)
    if not any(values[best]):
        return SearchHit(subject=marked)
    snippet = marked_snippet(others[best].text, terms)
    return SearchHit(subject=marked, snippet=snippet, where=others[best].where)


def _value(text: str, terms: SearchTerms) -> tuple[int, int]:
    """Return how many of the phrases and how many of the words a text has."""
    words = folded_words(text)
    different = set(words)
    return (
        sum(bool(phrase_places(phrase, words)) for phrase in terms.phrases),
        sum(any(map(asked.matches, different)) for asked in terms.others),
    )
