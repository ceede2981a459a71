import re
import string
import tomllib
from dataclasses import asdict
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from importlib import resources
from random import Random

import pytest

from demo import case_texts as words
from demo.case_texts import CaseText, case_text_make
from demo.fixture_files import GENERAL, Phrases, StoryText, fixture_places, phrases, stories
from demo.organisations import WEIGHTS
from demo.sample_files import sample_receipt_pdf
from shared.complaints.enums import Kind, Language, Outcome
from shared.complaints.services import part_faults
from tests.support.sampling import each_once

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ALL = (*WEIGHTS, GENERAL)
KINDS = {"own": None, "commune": "commune", "division": "prefecture", "academy": "institution"}


def slots():
    return case_text_make(rng=Random(1), kind=Kind.COMPLAINT, body_code="health", filed_at=AT).slots


def names_in(text):
    return {name for _text, name, _spec, _how in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", ALL)
def test_every_slot_of_a_story_can_be_filled(code):
    texts = [text for story in stories(code) for text in story.texts.values()]

    used = {
        name
        for text in texts
        for column in StoryText.__dataclass_fields__
        for name in names_in(getattr(text, column))
    }

    assert used - set(slots()) == set()


@pytest.mark.parametrize("language", [Language.ARABIC, Language.FRENCH])
def test_every_slot_of_a_phrase_can_be_filled(language):
    said = [getattr(phrases(language), column) for column in Phrases.__dataclass_fields__]

    used = {name for text in said for name in names_in(text if isinstance(text, str) else "")}
    used |= {name for texts in said if isinstance(texts, list) for one in texts
             for name in names_in(one)}  # fmt: skip

    assert used - set(slots()) == set()


@pytest.mark.parametrize("code", WEIGHTS)
def test_a_body_has_five_complaints_in_arabic_and_french(code):
    complaints = [story for story in stories(code) if story.kind == Kind.COMPLAINT]

    assert len(complaints) >= 5
    assert all({Language.ARABIC, Language.FRENCH} <= set(one.texts) for one in complaints)


def test_the_general_stories_can_be_told_in_every_kind_and_language():
    told = {(story.kind, language) for story in stories(GENERAL) for language in story.texts}

    assert told == {(kind, language) for kind in Kind for language in Language}


@pytest.mark.parametrize("code", ALL)
def test_every_category_is_offered_for_the_body_and_the_kind(code):
    path = resources.files("shared.catalogue") / "data" / "categories.toml"
    offers = {row["code"]: row for row in tomllib.loads(path.read_text())["category"]}

    wrong = [
        (story.category, story.kind)
        for story in stories(code)
        if not _is_offered(offers[story.category], story, code)
    ]

    assert wrong == []


def _is_offered(offer, story, code):
    bodies, patterns = offer.get("bodies", []), offer.get("organisations", [])
    addressed = "aref-oriental" if story.addressed == "academy" else code
    by_kind = KINDS[story.addressed] in bodies or (code == "equipment-water" and bodies != [])
    by_code = story.addressed in ("own", "academy") and any(
        fnmatchcase(addressed, pattern) for pattern in patterns
    )
    return story.kind in offer.get("kinds", list(Kind)) and (
        by_kind or by_code or not (bodies or patterns)
    )


def test_arabic_texts_hold_no_latin_letters_outside_slots():
    texts = [
        getattr(story.texts[Language.ARABIC], column)
        for code in ALL
        for story in stories(code)
        for column in StoryText.__dataclass_fields__
    ]

    assert [text for text in texts if re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", text))] == []


@pytest.mark.parametrize(("city", "of"), [("Agadir", "d'Agadir"), ("Rabat", "de Rabat")])
def test_french_elides_before_a_vowel(city, of):
    place = next(place for place in fixture_places() if place.fr == city)

    told = words._slots(Random(1), Language.FRENCH, place, stories(GENERAL)[0], AT)

    assert told["de_place"] == of


def test_what_a_citizen_waited_agrees_with_the_day_that_they_name():
    story = next(one for one in stories("cnss") if "{months}" in one.texts[Language.ENGLISH].body)

    told = words._slots(Random(3), Language.ENGLISH, fixture_places()[0], story, AT)

    named = datetime.strptime(told["day"], "%d %B %Y").replace(tzinfo=UTC)
    assert int(told["months"]) == (AT - named).days // 30


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_reply_always_gives_facts_rule_and_decision(outcome):
    story = stories("health")[0]
    case_text = CaseText(
        rng=Random(1), kind=story.kind, language=Language.FRENCH, story=story,
        place=fixture_places()[0], slots=slots(),
    )  # fmt: skip

    reply = words.reply(case_text, outcome)

    assert "" not in (reply.facts, reply.rule, reply.decision)


@pytest.mark.parametrize(
    ("code", "language"), each_once(list(ALL), [Language.ARABIC, Language.FRENCH])
)
def test_no_reply_or_refusal_of_a_story_is_refused_by_the_service(code, language):
    faults: list[object] = []
    for story in stories(code):
        case_text = CaseText(
            rng=Random(1), kind=story.kind, language=language, story=story,
            place=fixture_places()[0], slots=slots(),
        )  # fmt: skip
        for outcome in Outcome:
            drafts = (words.reply(case_text, outcome), words.second_reply(case_text, outcome))
            faults += [(story, draft) for draft in drafts if part_faults(parts=asdict(draft))]
        refusal = words.refusal_text_of(case_text)
        faults += [(story, refusal)] if part_faults(parts=asdict(refusal)) else []

    assert faults == []


def test_the_same_chance_tells_the_same_story():
    drafts = [
        words.draft(
            case_text_make(rng=Random(7), kind=Kind.COMPLAINT, body_code="cnss", filed_at=AT),
            organisation="cnss",
        )
        for _time in range(2)
    ]

    # The phrases around a story are drawn from the same chance as the story itself.
    assert drafts[0] == drafts[1]


def test_addresses_end_in_domains_that_belong_to_nobody():
    case_text = case_text_make(rng=Random(7), kind=Kind.COMPLAINT, body_code="cnss", filed_at=AT)

    domains = {
        words.draft(case_text, organisation="cnss").party.email.split("@")[1] for _ in range(50)
    }

    assert domains == {"example.com", "example.net", "example.org"}


def test_the_file_sent_along_is_a_pdf_whose_table_points_at_its_objects():
    content = sample_receipt_pdf(number="12/2026", place="Fès (ville)")

    table = re.findall(rb"(\d{10}) 00000 n", content)
    assert [content[int(at) :].split(b" ", 1)[0] for at in table] == [b"1", b"2", b"3", b"4", b"5"]
    assert content.startswith(b"%PDF-")
