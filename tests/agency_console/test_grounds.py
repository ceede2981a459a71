"""The grounds of a refusal: each with its legal basis, and a named body where one is competent."""

import re

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from shared.complaints import services
from shared.complaints.enums import BODY_GROUNDS, Ground, MessageKind, Status
from shared.complaints.errors import BodyNotNamed
from shared.complaints.presenters import refusal_text
from shared.complaints.types import DirectionDraft, RefusalDraft
from shared.kernel.text import Wording
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import sent, ten_seconds_later, text_of, version_on
from tests.agency_console.test_direction import harbour, ports
from tests.support.factories import officer_actor

__all__ = ["harbour", "ports"]

TEXTS = {
    "explanation": "The law gives this matter to a body of its own.",
    "way_on": "Its counter in the rue des Ports.",
}


def refuse(console, reference, **changes):
    form = console.get(f"/cases/{reference}/refuse/")
    words = {**TEXTS, "version": version_on(form), "step": "check", **changes}
    return console.post(f"/cases/{reference}/refuse/", words)


def drafts(console):
    with agency_context(console.agency):
        return {one.act: one for one in CaseDraft.objects.all()}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Decree 2.17.265"), ("fr", "Décret n° 2-17-265"), ("ar", "المرسوم رقم 2.17.265")],
)
def test_each_ground_shows_its_legal_basis_to_the_officer(console, mine, language, words):
    console.client.cookies["language"] = language

    page = text_of(console.get(f"/cases/{mine}/refuse/"))

    shown = re.findall(r'name="ground" value="(\w+)"', page)
    assert shown == list(Ground.values)
    assert page.count(words) >= len(Ground)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Decree 2.17.265"), ("fr", "Décret n° 2-17-265"), ("ar", "المرسوم رقم 2.17.265")],
)
def test_the_citizens_letter_says_the_legal_basis_and_both_ways_on(language, words):
    draft = RefusalDraft(ground=Ground.BEFORE_COURTS, **TEXTS)

    text = refusal_text(draft=draft, language=language, is_second=False)

    assert words in text
    ways = {
        "en": ("re-open", "national oversight"),
        "fr": ("rouvrir", "supervision nationale"),
        "ar": ("إعادة فتح", "الإشراف الوطني"),
    }
    assert all(way in text for way in ways[language])


@pytest.mark.parametrize("ground", BODY_GROUNDS)
def test_a_ground_of_another_body_leads_to_naming_it_with_what_was_typed(console, mine, ground):
    console.client.cookies["language"] = "en"

    answer = refuse(console, mine, ground=ground.value)
    page = text_of(console.get(answer.url))

    assert answer.status_code == 302
    assert all(text in page for text in TEXTS.values())
    assert "On this ground the citizen must be told which body is competent." in page
    assert (
        f'value="{ground.value}" id="id_ground_{BODY_GROUNDS.index(ground)}" checked' in page
        or (re.search(rf'value="{ground.value}"[^>]*checked', page))
    )
    assert list(drafts(console)) == [DraftAct.DIRECT]
    assert console.case(mine).status == Status.IN_PROGRESS


@pytest.mark.parametrize("step", ["check", "send"])
def test_no_refusal_on_such_a_ground_leaves_without_a_body(console, mine, step):
    refuse(console, mine, ground="other_body", step=step)
    ten_seconds_later(console)

    assert sent(console, mine) == []


def test_what_was_written_of_the_body_before_stays_above_what_is_typed(console, mine, ports):
    form = console.get(f"/cases/{mine}/direct/")
    console.post(
        f"/cases/{mine}/direct/",
        {"explanation": "An earlier thought.", "version": version_on(form), "step": "save"},
    )

    refuse(console, mine, ground="not_competent")

    parts = drafts(console)[DraftAct.DIRECT].parts
    assert parts["explanation"] == f"An earlier thought.\n\n{TEXTS['explanation']}"
    assert parts["ground"] == "not_competent"


def test_the_letter_that_names_the_body_says_the_ground_of_the_refusal(console, mine, harbour):
    answer = refuse(console, mine, ground="other_body")
    form = console.get(answer.url)
    words = {
        **TEXTS, "words": "harbour", "organisation_code": "harbour", "ground": "other_body",
        "version": version_on(form), "step": "send",
    }  # fmt: skip
    console.post(f"/cases/{mine}/direct/", words)
    ten_seconds_later(console)

    ((kind, body),) = sent(console, mine)
    assert kind == MessageKind.REFUSAL
    assert harbour.names.fr in body
    assert "2-17-265" in body
    assert drafts(console) == {}


def test_a_body_that_is_not_in_the_directory_is_named_by_its_name(console, mine):
    form = console.get(f"/cases/{mine}/direct/")
    words = {
        **TEXTS, "body_name": "Conseil des ports anciens", "ground": "other_body",
        "version": version_on(form), "step": "send",
    }  # fmt: skip
    console.post(f"/cases/{mine}/direct/", words)
    ten_seconds_later(console)

    ((_kind, body),) = sent(console, mine)
    assert "Conseil des ports anciens" in body
    assert console.case(mine).status == Status.INADMISSIBLE
    with agency_context(console.agency):
        assert console.case(mine).messages.get().organisation_code == ""


@pytest.mark.parametrize("ground", BODY_GROUNDS)
def test_the_service_refuses_such_a_ground_and_a_body_without_a_name(console, mine, agent, ground):
    hand = {"reference": mine, "officer": agent, "actor": officer_actor(agent)}
    nameless = DirectionDraft(
        organisation_code="", organisation=Wording(ar="", fr="", en=""), ground=ground, **TEXTS
    )

    with agency_context(console.agency):
        with pytest.raises(BodyNotNamed):
            services.complaint_refuse(draft=RefusalDraft(ground=ground, **TEXTS), **hand)
        with pytest.raises(BodyNotNamed):
            services.complaint_direct(draft=nameless, agency_code="roads", **hand)
    assert console.case(mine).status == Status.IN_PROGRESS
