"""Finding the body: by typing, by browsing, or not at all."""

import re

import pytest

from shared.directory.models import Alias, Organisation
from shared.kernel.text import search_key, sound_key
from tests.public_portal.api import corpus
from tests.public_portal.intake.journey import chosen_on, filed_in, in_arabic, text
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db


def body(code, kind, parent=None, **values):
    names = {"name_ar": f"اسم {code}", "name_fr": f"Nom {code}", "name_en": f"Name {code}"}
    made = Organisation.objects.create(code=code, kind=kind, parent=parent, **{**names, **values})
    Alias.objects.create(
        organisation=made, kind="name", text=code, key=search_key(code), sound=sound_key(code)
    )
    return made


@pytest.fixture
def at_the_step(citizen):
    citizen.answer("kind")
    return citizen


@pytest.fixture
def land(water):
    """A region, a province and two communes, for which the second agency answers."""
    region = body("region-04", "region", agency_code=water.code)
    province = body("province-04-1", "province", region)
    return region, province, body("commune-a", "commune", province), body("commune-b", "commune")


@pytest.fixture
def desk(water):
    return body("orientation", "other", agency_code=water.code)


def browse(citizen, branch):
    return text(citizen.client.get(citizen.url("organisation"), {"browse": branch}))


def links(html, parameter):
    return re.findall(rf'href="\?{parameter}=([\w-]+)[#"]', html)


# --- typing --------------------------------------------------------------------------------------


def suggested(citizen, words):
    page = citizen.client.get(citizen.url("organisation/suggestions/"), {"q": words})
    assert page.status_code == 200
    return re.findall(r'data-code="([\w-]+)"', text(page))


def test_the_words_typed_so_far_suggest_bodies_with_who_answers(at_the_step, land):
    page = at_the_step.client.get(at_the_step.url("organisation/suggestions/"), {"q": "commune-a"})

    assert re.findall(r'data-code="([\w-]+)"', text(page))[0] == "commune-a"
    assert "يجيب عنها: الماء" in text(page) or "الماء" in text(page)
    assert 'role="option"' in text(page)


def test_nothing_typed_suggests_nothing(at_the_step, land):
    assert suggested(at_the_step, "") == []


@pytest.mark.parametrize("kind", corpus.by_class(corpus.TEXTS_TO_REFUSE, corpus.TEXTS_TO_TAKE))
def test_whatever_is_typed_is_searched_for_or_finds_nothing(at_the_step, land, kind):
    typed = {**corpus.TEXTS_TO_REFUSE, **corpus.TEXTS_TO_TAKE}[kind]

    suggested(at_the_step, typed[:3000])
    page = at_the_step.client.get(at_the_step.url("organisation"), {"q": typed[:3000]})
    assert page.status_code == 200


# --- browsing ------------------------------------------------------------------------------------


def test_the_tree_begins_with_the_kinds_that_there_are(at_the_step, land):
    assert links(browse(at_the_step, ""), "browse") == ["region", "institution"]


def test_a_region_leads_to_its_provinces_and_they_to_their_communes(at_the_step, land):
    regions = browse(at_the_step, "region")
    provinces = browse(at_the_step, "region-04")
    communes = browse(at_the_step, "province-04-1")

    assert links(regions, "organisation") == ["region-04"]
    assert links(provinces, "organisation") == ["province-04-1"]
    assert links(communes, "organisation") == ["commune-a"]
    assert links(communes, "browse") == ["all", "region", "region-04"]


def test_a_body_of_the_tree_is_chosen_by_its_link_and_one_button(at_the_step, land, water):
    page = at_the_step.client.get(at_the_step.url("organisation"), {"organisation": "commune-a"})

    assert chosen_on(page) == ["commune-a"]
    sent = at_the_step.client.post(at_the_step.url("organisation"), {"organisation": "commune-a"})
    assert sent["Location"] == at_the_step.url("admissibility")


@pytest.mark.parametrize(
    "branch", ["none-such", "\x00", "x" * 10_000, "../..", "<b>", "commune", "ⴰⵣⵓⵍ", "-1", "2^63"]
)
def test_what_is_no_branch_shows_the_top(at_the_step, land, branch):
    assert links(browse(at_the_step, branch), "organisation") == []


def test_a_change_from_the_check_page_survives_the_tree(at_the_step, land):
    page = at_the_step.client.get(
        at_the_step.url("organisation"), {"browse": "region", "change": "1"}
    )

    assert 'href="?change=1&amp;organisation=region-04"' in text(page)


# --- not known -----------------------------------------------------------------------------------

BUTTON = "I do not know: send it to the orientation desk"


def test_who_does_not_know_leaves_it_to_the_desk(at_the_step, desk, water):
    assert in_arabic(BUTTON) in text(at_the_step.see("organisation"))

    at_the_step.file(organisation={"organisation": "orientation"})

    assert [one.organisation_code for one in filed_in(water)] == ["orientation"]


def test_the_desk_is_offered_only_while_somebody_answers_for_it(at_the_step):
    assert in_arabic(BUTTON) not in text(at_the_step.see("organisation"))

    body("orientation", "other")

    assert in_arabic(BUTTON) not in text(at_the_step.see("organisation"))


def test_a_body_outside_the_law_is_shown_with_its_reason(at_the_step, roads):
    organisation_of(roads)
    body("defence", "ministry", accepts=False, refusal_ar="خارج", refusal_fr="x", refusal_en="x")

    page = at_the_step.client.get(at_the_step.url("organisation"), {"organisation": "defence"})

    assert "خارج" in text(page)
    refused = at_the_step.post(at_the_step.url("organisation"), {"organisation": "defence"})
    assert refused.status_code == 200
