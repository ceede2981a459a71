"""The page of the story: three questions, a chosen category, suggestions before one goes on."""

import re

import pytest

from shared.catalogue.models import Category
from tests.public_portal.intake.journey import STEPS, errors_on, filed_in, summary_on, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(citizen):
    """One who walks through every page: what is kept depends on the categories of a test."""
    citizen.remembers = False
    return citizen


MAX_QUESTIONS = 3


def offered(code: str, *, position: int = 1) -> Category:
    return Category.objects.create(
        code=code, name_ar=f"موضوع {code}", name_fr=f"Sujet {code}", name_en=f"Subject {code}",
        kinds=["complaint"], position=position,
    )  # fmt: skip


def options(html: str) -> list[tuple[str, bool]]:
    """The values of the list of categories, and whether each is chosen."""
    box = re.findall(r'<select name="category".*?</select>', html, re.S)
    found = re.findall(r'<option value="([\w-]*)"( selected)?', box[0]) if box else []
    return [(value, bool(chosen)) for value, chosen in found]


def test_c1_a_page_about_the_request_asks_at_most_three_questions(citizen):
    offered("lamps")
    citizen.answers["story"] = {**citizen.answers["story"], "category": "lamps"}
    citizen.answer_all()

    for step in STEPS.keys() - {"person"}:
        form = citizen.see(step).context["form"]

        assert (step, len(form.visible_fields()) <= MAX_QUESTIONS) == (step, True)


def test_no_category_is_chosen_beforehand_and_one_must_be(citizen):
    offered("lamps")
    citizen.answer_all("story")

    html = text(citizen.see("story"))
    page = citizen.answer("story")

    assert options(html) == [("", True), ("lamps", False), ("other", False)]
    assert page.status_code == 200
    assert [target for target, _words in summary_on(page)] == ["id_category"]
    assert len(errors_on(page)) == 1


def test_another_matter_is_a_choice_that_stays_chosen(citizen, roads):
    offered("lamps")
    citizen.file(story={"category": "other"})

    assert filed_in(roads)[0].category_code == ""

    citizen.answer_all("wish", story={"category": "other"})
    assert ("other", True) in options(text(citizen.see("story")))


def test_the_catalogues_own_entry_for_another_matter_is_not_doubled(citizen, roads):
    offered("lamps")
    offered("other", position=2)

    citizen.file(story={"category": "other"})

    assert filed_in(roads)[0].category_code == "other"
    citizen.answer_all("story")
    html = text(citizen.see("story"))
    assert [value for value, _chosen in options(html)] == ["", "lamps", "other"]


def test_what_has_no_category_to_choose_from_is_not_asked(citizen):
    citizen.answer_all("story")

    assert options(text(citizen.see("story"))) == []
    assert citizen.answer("story").status_code == 302


def test_a_draft_from_before_the_choice_was_explicit_is_still_answered(citizen, roads):
    citizen.answer_all()
    offered("lamps")

    page = citizen.see("check/")

    assert page.status_code == 200
    assert ("other", True) in options(text(citizen.see("story")))
    citizen.send()
    assert filed_in(roads)[0].category_code == ""


def test_a_change_of_the_place_comes_back_to_the_check_page(citizen):
    citizen.answer_all()
    address = citizen.url("circumstances") + "?change=1"

    page = citizen.client.post(address, {"place": "حي الأمل"})
    check = text(citizen.see("check/"))

    assert f'href="{address}"' in check
    assert page["Location"] == citizen.url("check/")
    assert "حي الأمل" in check


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_what_others_asked_stands_before_the_button_that_goes_on(citizen, language):
    citizen.language = language
    citizen.answer_all("story")

    html = text(citizen.see("story"))

    page = html[html.index('<form id="answers"') :]
    assert 0 < page.index("data-suggest=") < page.index("button-large")
    assert 0 < page.index("/answers/?q=") < page.index("button-large")
