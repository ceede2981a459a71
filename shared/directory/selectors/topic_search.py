"""Search for the competent body of a question: first by topics, then by similar names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from shared.directory.enums import PLACE_QUESTIONS
from shared.directory.errors import TopicNotFound
from shared.directory.models import Organisation
from shared.directory.selectors.organisation_search import (
    NameMatch,
    bodies_within,
    kinds_given,
    largest_bodies,
    name_matches,
    organisation_hit,
    organisation_search,
    says_no_name,
    words_read,
)
from shared.directory.selectors.topics.files import Target, Topic, families, topics
from shared.directory.selectors.topics.index import TopicMatch, topic_index
from shared.directory.selectors.topics.places import NamedPlace, place_index
from shared.directory.selectors.topics.words import ASKING_WORDS, fold_word, modifiers
from shared.directory.types import FinderResult, OrganisationHit, TopicHit
from shared.kernel.text import search_key, search_words

Hit = TypeVar("Hit", bound=TopicHit | OrganisationHit)

# The least scores of a similar name: for a place in the list after topics that explain the
# question, before topics that explain only a part of the question, and after such topics.
BESIDE_TOPICS, STRONG, FAIR = 0.9, 0.62, 0.45
# The share of a question that a topic must explain to be listed before similar names.
MOSTLY = 0.6
# The count of example bodies of a kind, shown while the place is not known.
EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """An entry of the list: a topic with its bodies, or a topic that needs a place."""

    topic: Topic
    target: Target
    codes: tuple[str, ...]
    needs_place: bool


def finder_search(
    *,
    text: str,
    language: str,
    kind: str | None = None,
    parent: str | None = None,
    limit: int = 20,
) -> FinderResult:
    """Return the bodies and topics that ``text`` may mean, best first; two queries.

    Bodies with this name come first, then bodies of topics, then similar names. Less similar names
    are left out if a topic or a better name was found.
    """
    text = words_read(text)
    if says_no_name(text):
        hits = organisation_search(
            text=text, language=language, kind=kind, parent=parent, limit=limit
        )
        return FinderResult(entries=tuple(hits), hits=tuple(hits))
    matches, place = topics_in(text)
    steps = _steps(matches, place, kind, parent)
    within = bodies_within(kinds=kinds_given(kind), parent=parent)
    names = name_matches(text=text, within=within)
    bodies = _bodies((code for step in steps for code in step.codes), language, within)
    steps = [step for step in steps if any(code in bodies for code in step.codes)]
    before, after = _names_around(names, matches, is_phrase=len(search_words(text)) > 1)
    return _assembled(
        [organisation_hit(one.body, language, score=one.score) for one in before],
        steps,
        bodies,
        [organisation_hit(one.body, language, score=one.score) for one in after],
        language=language,
        limit=limit,
    )


def topic_hit(*, code: str, language: str) -> TopicHit:
    """Return a topic as shown before the place is known. Raises ``TopicNotFound``."""
    topic = _topic_get(code=code)
    target = next((one for one in topic.targets if one.needs_place), topic.targets[0])
    return _topic_hit(topic, target, language, organisation_code=target.organisation)


def topic_bodies(*, code: str, place: str, language: str, limit: int) -> list[OrganisationHit]:
    """Return the bodies of a topic for a place, best first, then other bodies of the place's name.

    Without a place, the largest bodies of the topic's kinds are returned; for a topic that needs no
    place, the bodies that the topic names. Raises ``TopicNotFound``.
    """
    topic = _topic_get(code=code)
    targets = [one for one in topic.targets if one.needs_place]
    if not targets:
        codes = [one.organisation for one in topic.targets]
        return list(_bodies(codes, language, bodies_within()).values())[:limit]
    place = words_read(place)
    named = place_index().place_in(place) or _town_misspelt(place) or _town_by_sound(place, ())
    codes = [body for one in targets if named for body in place_index().bodies_for(one, named)]
    found = list(_bodies(codes, language, bodies_within()).values())
    kinds = [kind for one in targets for kind in one.kinds]
    if not kinds:
        return found[:limit]
    within = bodies_within(kinds=kinds)
    if says_no_name(place):
        return largest_bodies(within=within, language=language, limit=limit)
    alike = [
        organisation_hit(one.body, language, score=one.score)
        for one in name_matches(text=place, within=within)
        # If bodies were found for the place, only almost equal names are added.
        if not found or one.is_exact or one.score >= BESIDE_TOPICS
    ]
    return _once([*found, *alike])[:limit]


def topics_in(text: str) -> tuple[list[TopicMatch], NamedPlace | None]:
    """Return the topics that a text may be about, and the place that the text names; no query."""
    place = place_index().place_in(text, is_doubtful=_is_word) or _town_misspelt(text)
    if place is not None:
        found = topic_index().matches(text, literal=place.words, leave_out=place.words)
        if any(match.is_sure for match in found):
            return found, place
        # If no other word names a topic, the name of the place may be a word of a topic.
        found = topic_index().matches(text, literal=place.words)
        folded = {fold_word(word) for word in place.words}
        return found, None if any(match.words & folded for match in found) else place
    found = topic_index().matches(text)
    said = {word for match in found for word in match.words}
    return found, _town_by_sound(text, said) if found else None


def _topic_get(*, code: str) -> Topic:
    for topic in topics():
        if topic.code == code:
            return topic
    raise TopicNotFound(code)


def _is_word(name: str, is_town: bool) -> bool:
    """Return whether a name of a place is more probably a word of a topic than the place."""
    return fold_word(name) in modifiers() or (topic_index().has(name) and not is_town)


def _town_misspelt(text: str) -> NamedPlace | None:
    """Return the town that a word of the text names with one typing error.

    Words of the topics are skipped.
    """
    words = (word for word in _words_from_the_end(text) if not topic_index().has(word))
    return next(filter(None, map(place_index().town_misspelt, words)), None)


def _town_by_sound(text: str, said: Collection[str]) -> NamedPlace | None:
    """Return the town that sounds like a word of the text; words in ``said`` are skipped."""
    words = (word for word in _words_from_the_end(text) if fold_word(word) not in said)
    return next(filter(None, map(place_index().town_by_sound, words)), None)


def _words_from_the_end(text: str) -> Iterator[str]:
    return (word for word in reversed(search_key(text).split()) if word not in ASKING_WORDS)


def _steps(
    matches: Sequence[TopicMatch], place: NamedPlace | None, kind: str | None, parent: str | None
) -> list[_Step]:
    """Return the first entry of each topic, then the further entries of all topics."""
    by_topic = [_steps_of(match.topic, place, kind, parent) for match in matches]
    first = [steps[0] for steps in by_topic if steps]
    return [*first, *(step for steps in by_topic for step in steps[1:])]


def _steps_of(
    topic: Topic, place: NamedPlace | None, kind: str | None, parent: str | None
) -> list[_Step]:
    steps = []
    for target in topic.targets:
        there = place_index().bodies_for(target, place) if place and target.needs_place else []
        asks = target.needs_place and not there
        codes: Iterable[str] = [target.organisation]
        if target.needs_place:
            # The limit comes after the filter, which may remove all of the first bodies.
            codes = place_index().within(
                there or place_index().bodies_anywhere(target), kind=kind, parent=parent
            )
        steps.append(
            _Step(
                topic=topic,
                target=target,
                codes=tuple(islice(codes, EXAMPLES)),
                needs_place=asks,
            )
        )
    # If the place is known, the entries for which the place matters come first.
    return sorted(steps, key=lambda step: not (place and step.target.needs_place))


def _bodies(codes: Iterable[str], language: str, within: Q) -> dict[str, OrganisationHit]:
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return {}
    rows = Organisation.objects.filter(within, code__in=wanted).select_related("parent")
    found = {row.code: organisation_hit(row, language, score=1.0) for row in rows}
    return {code: found[code] for code in wanted if code in found}


def _names_around(
    names: Sequence[NameMatch], matches: Sequence[TopicMatch], *, is_phrase: bool
) -> tuple[list[NameMatch], list[NameMatch]]:
    """Return the names to show before the topics, and the names to show after the topics.

    A single word that finds a body may also be a word of another topic; several words usually name
    a body.
    """
    exact = [one for one in names if one.is_name or (one.is_exact and is_phrase)]
    words = [one for one in names if one.is_exact and one not in exact]
    alike = [one for one in names if not one.is_exact]
    sure = [match for match in matches if match.is_sure]
    if sure and max(match.explained for match in sure) >= MOSTLY:
        return exact, [*words, *(one for one in alike if one.score >= BESIDE_TOPICS)]
    strong = [one for one in alike if one.score >= STRONG]
    if exact or words or strong:
        return [*exact, *words, *strong], []
    return [], [one for one in alike if not matches or one.score >= FAIR]


def _assembled(
    before: list[OrganisationHit],
    steps: Sequence[_Step],
    bodies: dict[str, OrganisationHit],
    after: list[OrganisationHit],
    *,
    language: str,
    limit: int,
) -> FinderResult:
    entries: list[TopicHit | OrganisationHit] = [*before]
    first: list[OrganisationHit] = [*before]
    further: list[OrganisationHit] = []
    shown: dict[str, TopicHit] = {}
    for step in steps:
        there = [bodies[code] for code in step.codes if code in bodies]
        topic = _topic_hit(
            step.topic,
            step.target,
            language,
            organisation_code="" if step.needs_place else there[0].code,
        )
        shown.setdefault(step.topic.code, topic)
        if step.needs_place:
            entries.append(topic)
            first.append(there[0])
            further += there[1:]
        else:
            entries += there
            first += there
    entries += after
    return FinderResult(
        topics=tuple(shown.values()),
        entries=tuple(_once(entries)[:limit]),
        hits=tuple(_once([*first, *further, *after])[:limit]),
    )


def _topic_hit(topic: Topic, target: Target, language: str, *, organisation_code: str) -> TopicHit:
    family = families()[target.family].labels.text(language) if target.family else ""
    asked = (
        _("%(bodies)s: in which town?") % {"bodies": family}
        if family
        else str(PLACE_QUESTIONS.get(target.kinds, ""))
    )
    return TopicHit(
        code=topic.code,
        labels=topic.labels,
        label=topic.labels.text(language),
        kinds=target.kinds,
        family=family,
        question="" if organisation_code else asked,
        organisation_code=organisation_code,
    )


def _once(hits: Iterable[Hit]) -> list[Hit]:
    found: dict[tuple[bool, str], Hit] = {}
    for hit in hits:
        # The key contains the type, because a topic and a body may have the same code.
        found.setdefault((isinstance(hit, TopicHit), hit.code), hit)
    return list(found.values())
