"""Search of the directory for the bodies that a text in Arabic, French, English or darija names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from shared.directory.enums import AliasKind, OrganisationKind
from shared.directory.models import Alias, Organisation
from shared.directory.selectors.organisations import KIND_ORDER, by_kind, organisation_get
from shared.directory.types import OrganisationHit, OrganisationInfo
from shared.kernel.text import Wording, search_phrase, search_words, sound_key

QUERY_LENGTH = 100
# No name of a body has more words, and each word takes time, so search ignores later words.
MAX_WORDS = 12
_FIRST_WORDS = re.compile(rf"(?:[\W_]*[^\W_]+){{0,{MAX_WORDS}}}")
CANDIDATES = 240
MIN_SCORE = 0.33
# A beginning of a name needs three words (two spaces), because many names begin with the same two
# words.
MIN_SPACES = 2
MAX_ALIKE = 5
# With a lower value, half of all ministries are similar, because the word "ministry" counts too.
ALIKE = 0.5

# Titles of territorial bodies, in the spelling of search keys. 1,500 names begin with a title, so
# a title in a search text means only the kind of the body.
_TITLES = (
    (
        OrganisationKind.COMMUNE,
        re.compile(
            r"communes?|mairie|municipalit[ey]|l?jama3at?|l?jamaat?|l?baladiyat?"
            r"|(ال)?جماعه|(ال)?بلديه"
        ),
    ),
    (OrganisationKind.PREFECTURE, re.compile(r"prefecture|l?a?3amm?alat?|la3mala|(ال)?عماله")),
    (OrganisationKind.PROVINCE, re.compile(r"province|l?2?i?[9q]lim|(ال)?اقليم")),
    (OrganisationKind.REGION, re.compile(r"region|l?jihat?|(ال)?جهه")),
    (
        OrganisationKind.ARRONDISSEMENT,
        re.compile(r"arrondissement|l?mo?u?[9q]ata3at?|(ال)?مقاطعه"),
    ),
)

_TERRITORIAL = frozenset(kind for kind, _title in _TITLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """A body with a name or word similar to a text, and the score of the similarity.

    ``is_exact``: the text is a name, an acronym or a word of the body, or ``is_name`` is true.
    ``is_name``: the text is a name or an acronym, a word for a place, or the beginning of these.
    """

    body: Organisation
    score: float
    is_exact: bool
    is_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """A parsed search text: words of a name, their sound, and the kind that a title names."""

    phrase: str
    sound: str
    kind: str


def organisation_search(
    *,
    text: str,
    language: str,
    kind: str | None = None,
    parent: str | None = None,
    limit: int = 20,
) -> list[OrganisationHit]:
    """Return at most ``limit`` bodies that ``text`` may mean, best first.

    The search finds Arabic, French, English, darija in Latin letters, typing errors and acronyms.
    If the text names no body, the largest bodies of ``kind`` (else of a kind in the text) and
    under ``parent`` are returned.
    """
    if says_no_name(text):
        # The argument ``kind`` has precedence over a title in the text.
        sort = kind or _taken_apart(words_read(text)).kind
        within = bodies_within(kinds=kinds_given(sort), parent=parent)
        return largest_bodies(within=within, language=language, limit=limit)
    within = bodies_within(kinds=kinds_given(kind), parent=parent)
    return [
        organisation_hit(match.body, language, score=match.score)
        for match in name_matches(text=text, within=within)[:limit]
    ]


def words_read(text: str) -> str:
    """Return at most the first twelve words of a text; the search uses no other words."""
    found = _FIRST_WORDS.match(text[:QUERY_LENGTH])
    return found.group() if found else ""


def kinds_given(kind: str | None) -> tuple[str, ...]:
    """Return the kinds to which a search is limited; empty if the search is not limited."""
    return (kind,) if kind else ()


def bodies_within(*, kinds: Sequence[str] = (), parent: str | None = None) -> Q:
    """Return the condition for active bodies, limited to ``kinds`` and children of ``parent``."""
    within = Q(is_active=True)
    if kinds:
        within &= Q(kind__in=kinds)
    if parent:
        within &= Q(parent__code=parent)
    return within


def says_no_name(text: str) -> bool:
    """Return whether a text is blank, or only the title of a kind of body."""
    return not _taken_apart(words_read(text)).phrase


def largest_bodies(*, within: Q, language: str, limit: int) -> list[OrganisationHit]:
    """Return the bodies that meet a condition, sorted by kind, the largest of a kind first."""
    rows = (
        Organisation.objects.filter(within)
        .select_related("parent")
        .order_by(by_kind("kind"), F("population").desc(nulls_last=True), "name_fr")
    )
    return [organisation_hit(row, language, score=1.0) for row in rows[:limit]]


def name_matches(*, text: str, within: Q) -> list[NameMatch]:
    """Return bodies with names, words or sounds similar to a text, best first; one query."""
    query = _taken_apart(words_read(text))
    ranked = sorted(
        _matches(query, within), key=lambda match: _rank(match[0], match[1], query), reverse=True
    )
    named = {
        alias.organisation_id
        for alias, _score in ranked
        if (alias.kind != AliasKind.WORD or alias.organisation.kind in _TERRITORIAL)
        and (alias.key == query.phrase or _begins(alias, query))
    }
    exact = named | {alias.organisation_id for alias, _score in ranked if alias.key == query.phrase}
    best: dict[int, NameMatch] = {}
    for alias, score in ranked:
        number = alias.organisation_id
        if number not in best:
            best[number] = NameMatch(
                body=alias.organisation,
                score=score,
                is_exact=number in exact,
                is_name=number in named,
            )
    return list(best.values())


def _begins(alias: Alias, query: _Query) -> bool:
    """Return whether a text of three or more words is the beginning of a name."""
    return query.phrase.count(" ") >= MIN_SPACES and alias.key.startswith(f"{query.phrase} ")


def _taken_apart(text: str) -> _Query:
    words: list[str] = []
    kind = ""
    for word in search_words(text):
        title = next((kind for kind, title in _TITLES if title.fullmatch(word)), "")
        if title:
            kind = kind or title
        else:
            words.append(word)
    phrase = " ".join(words)
    return _Query(phrase=phrase, sound=sound_key(phrase), kind=kind)


def _matches(query: _Query, within: Q) -> list[tuple[Alias, float]]:
    """Return the aliases that are similar to the query, with their scores."""
    # A sound of few consonants matches many names, so its weight is low.
    carries = Value(min(0.9, 0.55 + 0.05 * len(query.sound.replace(" ", ""))))
    scored = (
        Alias.objects.filter(
            pk__in=_alike(query), organisation__in=Organisation.objects.filter(within)
        )
        .annotate(
            score=Greatest(
                TrigramSimilarity("key", query.phrase),
                TrigramWordSimilarity(query.phrase, "key") * Value(0.85),
                TrigramSimilarity("sound", query.sound) * carries,
                TrigramWordSimilarity(query.sound, "sound") * carries * Value(0.8),
                Case(When(key__startswith=query.phrase, then=Value(0.85)), default=Value(0.0)),
                output_field=FloatField(),
            )
        )
        .filter(score__gte=MIN_SCORE)
        .select_related("organisation__parent")
        .order_by("-score", F("organisation__population").desc(nulls_last=True), "id")
    )
    return [(alias, alias.score) for alias in scored[:CANDIDATES]]


def _alike(query: _Query) -> QuerySet[Alias, int]:
    # The query is a union of indexed searches, because with OR PostgreSQL would read the whole
    # table.
    aliases = Alias.objects.order_by().values_list("pk", flat=True)
    return aliases.filter(key__trigram_similar=query.phrase).union(
        aliases.filter(key__trigram_word_similar=query.phrase),
        aliases.filter(key__startswith=query.phrase),
        aliases.filter(sound__trigram_similar=query.sound),
        aliases.filter(sound__trigram_word_similar=query.sound),
    )


def _rank(alias: Alias, score: float, query: _Query) -> tuple[float, int, int]:
    organisation = alias.organisation
    exact = alias.key == query.phrase
    points = (
        score
        + 0.2 * exact
        + 1.0 * (exact and alias.kind == AliasKind.ACRONYM)
        + 0.15 * (organisation.kind == query.kind)
    )
    return (
        round(points, 2),
        -KIND_ORDER.index(OrganisationKind(organisation.kind)),
        organisation.population or 0,
    )


def organisation_hit(row: Organisation, language: str, *, score: float) -> OrganisationHit:
    """Return the search result of a body's row; the caller must load the row with its parent."""
    return OrganisationHit(
        code=row.code,
        kind=row.kind,
        kind_label=str(OrganisationKind(row.kind).label),
        name=row.name(language),
        names=row.names,
        parent_name=row.parent.name(language) if row.parent else "",
        handles=row.handles.text(language),
        accepts=row.accepts,
        refusal=row.refusal.text(language),
        score=round(score, 3),
    )


def organisation_named(*, names: Wording) -> OrganisationInfo | None:
    """Return the active body that has one of these names; accents and articles are ignored.

    An equal name in one of the three languages is enough, because citizens read only one language.
    Blank names are ignored.
    """
    wanted = {search_phrase(text) for text in (names.ar, names.fr, names.en)} - {""}
    for code, *texts in (
        Organisation.objects.filter(is_active=True)
        .order_by("pk")
        .values_list("code", "name_ar", "name_fr", "name_en")
    ):
        if wanted & {search_phrase(text) for text in texts}:
            return organisation_get(code=code)
    return None


def organisations_alike(*, names: Wording, language: str) -> list[OrganisationHit]:
    """Return at most five bodies with a name similar to ``names``, the most similar first."""
    found: dict[str, OrganisationHit] = {}
    for text in (names.ar, names.fr):
        for hit in organisation_search(text=text, language=language, limit=MAX_ALIKE):
            known = found.get(hit.code)
            if hit.score >= ALIKE and (known is None or known.score < hit.score):
                found[hit.code] = hit
    return sorted(found.values(), key=lambda hit: -hit.score)[:MAX_ALIKE]
