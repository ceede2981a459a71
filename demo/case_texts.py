"""The texts of citizen and agency in an invented case, made from a story."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from demo.fixture_files import GENERAL, Place, Story, fixture_places, names, phrases, stories
from demo.sample_files import sample_receipt_pdf
from shared.complaints.enums import Ground, Kind, Language, Outcome, PartyKind, Privacy
from shared.complaints.types import (
    ComplaintDraft,
    InterimDraft,
    PartyDraft,
    RatingDraft,
    RefusalDraft,
    ReplyDraft,
    UploadedContent,
)
from shared.ui.dates import day_text

LANGUAGES = {Language.ARABIC: 60, Language.FRENCH: 32, Language.ENGLISH: 8}
PRIVACIES = {Privacy.NAMED: 74, Privacy.CONFIDENTIAL: 16, Privacy.ANONYMOUS: 10}
PARTIES = {PartyKind.PERSON: 91, PartyKind.COMPANY: 6, PartyKind.ASSOCIATION: 3}
# The share of cases with a story of the body; other cases get a general story.
OWN_STORIES = 0.85
VOWELS = "aeiouyàâéèêëîïôû"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """The language, story, place and slots with which a case's texts are made."""

    rng: Random
    kind: Kind
    language: Language
    story: Story
    place: Place
    slots: dict[str, str]

    def fill(self, text: str) -> str:
        """Return a text with the case's values in the slots."""
        return text.format_map(self.slots)

    def say(self, choices: list[str]) -> str:
        """Return a random phrase with the case's values in the slots."""
        return self.fill(self.rng.choice(choices))


def case_text_make(*, rng: Random, kind: Kind, body_code: str, filed_at: datetime) -> CaseText:
    """Return a case text with random language, story and slots."""
    language = _drawn(rng, LANGUAGES)
    story = _story(rng, kind, language, body_code)
    return case_text_of(story, rng=rng, language=language, filed_at=filed_at)


def case_text_of(story: Story, *, rng: Random, language: Language, filed_at: datetime) -> CaseText:
    """Return the case text of a story in one language, with random slots."""
    place = rng.choices(fixture_places(), weights=[place.weight for place in fixture_places()])[0]
    return CaseText(
        rng=rng,
        kind=story.kind,
        language=language,
        story=story,
        place=place,
        slots=_slots(rng, language, place, story, filed_at),
    )


def organisation_code(case_text: CaseText, *, body_code: str) -> str:
    """Return the code of the body that gets the request: ``body_code`` or a local body."""
    return {
        "commune": case_text.place.commune,
        "division": case_text.place.division,
        "academy": f"aref-{case_text.place.region}",
    }.get(case_text.story.addressed, body_code)


def draft(case_text: CaseText, *, organisation: str) -> ComplaintDraft:
    """Return the complaint content of the case."""
    rng, text = case_text.rng, case_text.story.texts[case_text.language]
    words = phrases(case_text.language)
    body = case_text.fill(text.body)
    if case_text.kind == Kind.COMPLAINT:
        body = f"{body} {case_text.say(words.extra)}".strip()
    parts = (rng.choice(words.opening), body, rng.choice(words.closing))
    privacy = _drawn(rng, PRIVACIES)
    place = case_text.slots["place"]
    if rng.random() < 0.5:
        arabic = case_text.language == Language.ARABIC
        place = case_text.fill("حي {quarter}، {place}" if arabic else "{quarter}, {place}")
    return ComplaintDraft(
        organisation_code=organisation,
        kind=case_text.kind,
        category_code=case_text.story.category,
        subject=case_text.fill(text.subject),
        body="\n\n".join(filter(None, parts)),
        remedy=case_text.fill(text.remedy),
        language=case_text.language,
        privacy=privacy,
        place=place,
        party=_party(rng, case_text.language),
    )


def interim(case_text: CaseText, *, until: date, luck: Random) -> InterimDraft:
    """Return an interim reply for a late case."""
    text = phrases(case_text.language)
    done, delay = luck.choice(text.interim_done), luck.choice(text.interim_delay)
    return InterimDraft(done=done, delay=delay, until=until)


def reply(case_text: CaseText, outcome: Outcome) -> ReplyDraft:
    """Return the reply of the case's story with an outcome."""
    text, words = case_text.story.texts[case_text.language], phrases(case_text.language)
    granted = outcome in (Outcome.UPHELD, Outcome.PARTLY_UPHELD) or not text.against
    decision = text.decision if granted else text.refusal
    if outcome == Outcome.PARTLY_UPHELD:
        decision = f"{decision} {words.partly}"
    if outcome == Outcome.EXPLAINED and not granted:
        decision = f"{words.explained} {decision}"
    return ReplyDraft(
        outcome=outcome,
        facts=case_text.fill(text.facts if granted else text.against),
        rule=case_text.fill(text.rule),
        decision=case_text.fill(decision),
        remedy=case_text.fill(text.done) if granted else "",
    )


def second_reply(case_text: CaseText, outcome: Outcome) -> ReplyDraft:
    """Return a reply for a re-opened case."""
    words = phrases(case_text.language)
    granted = outcome == Outcome.UPHELD
    return ReplyDraft(
        outcome=outcome,
        facts=case_text.say(words.review_facts if granted else words.review_against),
        rule=case_text.fill(case_text.story.texts[case_text.language].rule),
        decision=case_text.say(words.review_decision if granted else words.review_refusal),
        remedy=case_text.say(words.review_done) if granted else "",
    )


def refusal_text_of(case_text: CaseText) -> RefusalDraft:
    """Return a refusal on a random legal ground."""
    texts = phrases(case_text.language).refusal
    ground = case_text.rng.choice([Ground.BEFORE_COURTS, Ground.OTHER_BODY, Ground.NOT_COMPETENT])
    text = texts[ground]
    return RefusalDraft(ground=ground, explanation=text.explanation, way_on=text.way_on)


def rating(case_text: CaseText, *, outcome: Outcome | None, waited_days: float) -> RatingDraft:
    """Return a random rating that fits the outcome and the days until the reply."""
    rng, words = case_text.rng, phrases(case_text.language)
    chance = {Outcome.UPHELD: 0.82, Outcome.PARTLY_UPHELD: 0.5, Outcome.EXPLAINED: 0.45}
    resolved = rng.random() < (chance.get(outcome, 0.12) if outcome else 0.1)
    mark = round(rng.gauss(4.4 if resolved else 2.3, 0.8) - (0.9 if waited_days > 60 else 0))
    return RatingDraft(
        resolved=resolved,
        handling=min(max(mark, 1), 5),
        comment=rng.choice(words.thanks_good if resolved else words.thanks_bad),
    )


def receipt(case_text: CaseText) -> UploadedContent:
    """Return a PDF file for the citizen to attach."""
    number = case_text.slots["number"]
    return UploadedContent(
        name=f"recu-{number.replace('/', '-')}.pdf",
        content=sample_receipt_pdf(number=number, place=case_text.place.fr),
    )


def given_name(rng: Random, *, arabic: bool) -> str:
    """Return a random given name for a member of staff."""
    return rng.choice(names()["given"])[0 if arabic else 1]


def _story(rng: Random, kind: Kind, language: Language, body_code: str) -> Story:
    own = [one for one in stories(body_code) if one.kind == kind and language in one.texts]
    general = [one for one in stories(GENERAL) if one.kind == kind]
    return rng.choice(own if own and rng.random() < OWN_STORIES else general)


def _slots(
    rng: Random, language: Language, place: Place, story: Story, filed_at: datetime
) -> dict[str, str]:
    name = place.name(language)
    arabic = language == Language.ARABIC
    months, days = rng.randint(3, 9), rng.randint(35, 95)
    day = filed_at - timedelta(days=_days_since(rng, story.texts[language].body, months, days))
    return {
        "place": name,
        "de_place": f"d'{name}" if name[0].lower() in VOWELS else f"de {name}",
        "quarter": rng.choice(names()["quarter"])[0 if arabic else 1],
        "day": day_text(day, language=language),
        "amount": str(rng.choice(range(800, 9900, 100))),
        "fee": str(rng.choice(range(100, 800, 100))),
        "number": f"{rng.randint(120, 9800)}/{day.year}",
        # Other numbers would not fit the grammar of the Arabic texts.
        "days": str(days),
        "months": str(months),
        "stretch": str(rng.randint(21, 95)),
        "span": str(rng.randint(3, 9)),
        "times": str(rng.randint(3, 6)),
    }


def _days_since(rng: Random, body: str, months: int, days: int) -> int:
    """Return the count of days from the date in the slot ``{day}`` to the filing."""
    if "{months}" in body:
        return months * 30 + rng.randint(1, 12)
    return days + rng.randint(0, 3) if "{days}" in body else rng.randint(6, 40)


def _party(rng: Random, language: Language) -> PartyDraft:
    given, family = rng.choice(names()["given"]), rng.choice(names()["family"])
    script = 0 if language == Language.ARABIC else 1
    address = f"{_plain(given[1])}.{_plain(family[1])}{rng.randint(10, 99)}"
    kind = _drawn(rng, PARTIES)
    name = f"{given[script]} {family[script]}"
    if kind != PartyKind.PERSON:
        bodies = names()["company" if kind == PartyKind.COMPANY else "association"]
        name = rng.choice(bodies)[list(LANGUAGES).index(language)]
    domain = rng.choice(("example.org", "example.com", "example.net"))
    return PartyDraft(kind=kind, name=name, email=f"{address}@{domain}")


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in bare if letter.isascii() and letter.isalpha())


def _drawn(rng: Random, weights: dict[T, int]) -> T:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
