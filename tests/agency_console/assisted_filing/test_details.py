"""A category's own questions at the desk: the controls, the rules and the text of the journey."""

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from public_portal.intake.services.complaints import complaint_file
from shared.catalogue.models import Category, Option, Question
from shared.complaints.models import Attachment, Complaint
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.assisted_filing.test_filing import GIVEN, PATH
from tests.agency_console.conftest import agent, console, text_of
from tests.support.factories import draft, organisation_of
from tests.support.samples import PDF, PNG
from tests.support.sampling import each_once

__all__ = ["agent", "console"]
pytestmark = pytest.mark.django_db

ASKED = {**GIVEN, "category": "lamps", "asked": "lamps"}
DETAILS = {
    "detail_street": "Rue 7",
    "detail_paid": "1 500,5",
    "detail_day_day": "7",
    "detail_day_month": "mars",
    "detail_day_year": "2026",
    "detail_side": "left",
    "detail_needs": ["bulb", "pole"],
}
ANSWERS = (
    ("street", "Rue 7"),
    ("paid", "1500.50"),
    ("day", "2026-03-07"),
    ("side", "left"),
    ("needs", "bulb,pole"),
)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def lamps(roads, water):
    """A category that asks one question of each kind; the roads answer for one body."""
    organisation_of(roads)
    category = Category.objects.create(
        code="lamps", name_ar="x", name_fr="x", name_en="Lamps", kinds=["complaint"], position=1
    )
    asked = {
        "street": "text", "paid": "number", "day": "date", "side": "choice", "needs": "many",
        "photo": "file",
    }  # fmt: skip
    options = {"side": ["left", "right"], "needs": ["bulb", "pole"]}
    for place, (code, kind) in enumerate(asked.items()):
        texts = {f"text_{language}": f"About {code}" for language in ("ar", "fr", "en")}
        question = Question.objects.create(
            category=category, code=code, kind=kind, position=place, **texts
        )
        for number, option in enumerate(options.get(code, [])):
            words = {f"text_{language}": option.title() for language in ("ar", "fr", "en")}
            Option.objects.create(question=question, code=option, position=number, **words)


@pytest.fixture
def english(console, agent):
    console.client.cookies["language"] = "en"
    return console


def upload(name="photo.png", content=PNG):
    return SimpleUploadedFile(name, content)


def cases(agency):
    with agency_context(agency):
        return list(Complaint.objects.order_by("id"))


def attached(agency):
    with agency_context(agency):
        return list(Attachment.objects.order_by("id").values_list("name", "question", "path"))


def carried(page):
    """What a page would send again, with all values of a name."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def test_after_the_request_its_category_is_asked_with_a_control_for_each_kind(english):
    page = english.post(PATH, {**GIVEN, "category": "lamps", "check": "yes"})

    assert page.status_code == 200
    assert [type(field.widget).__name__ for field in page.context["form"].fields.values()] == [
        "TextInput", "TextInput", "DayWidget", "RadioSelect", "CommaSeparatedCheckboxes",
        "OwnMultipleFileInput",
    ]  # fmt: skip
    assert 'enctype="multipart/form-data"' in text_of(page)


def test_without_a_category_nothing_is_asked(english):
    page = text_of(english.post(PATH, {**GIVEN, "check": "yes"}))

    assert "Ask the person" not in page
    assert 'name="send"' in page


def test_the_answers_are_read_back_and_filed_as_the_journey_files_them(english, roads):
    page = text_of(english.post(PATH, {**ASKED, **DETAILS, "check": "yes"}))
    assert "About needs" in page
    assert "Bulb, Pole" in page

    english.post(PATH, {**carried(page), "send": "yes"})
    request = draft(roads, category_code="lamps", body=cases(roads)[0].body.partition("\n\n")[0])
    complaint_file(draft=request, details=ANSWERS, idempotency_key="", actor=CITIZEN)

    mine, by_journey = cases(roads)
    assert by_journey.language == "fr"
    assert mine.language == "ar"
    english.post(PATH, {**carried(page), "key": "another", "language": "fr", "send": "yes"})
    assert cases(roads)[-1].body == by_journey.body


@pytest.mark.parametrize(
    ("changes", "wrong", "step"),
    each_once(
        [
            ({"detail_paid": "many"}, ["detail_paid"]),
            ({"detail_paid": "-1"}, ["detail_paid"]),
            ({"detail_day_day": "31", "detail_day_month": "2"}, ["detail_day"]),
            ({"detail_side": "above"}, ["detail_side"]),
            ({"detail_needs": ["bulb", "sun"]}, ["detail_needs"]),
            ({"detail_street": "x" * 201}, ["detail_street"]),
            ({"detail_street": "a\0b"}, ["detail_street"]),
        ],
        ["check", "send"],
    ),
)
def test_a_wrong_answer_is_said_at_its_field_and_nothing_is_lost(
    english, roads, changes, wrong, step
):
    page = english.post(PATH, {**ASKED, **DETAILS, **changes, step: "yes"})

    assert (page.status_code, list(page.context["form"].errors)) == (400, wrong)
    assert "Children fall." in text_of(page)
    assert cases(roads) == []


def test_nothing_has_to_be_answered(english, roads):
    english.post(PATH, {**ASKED, "send": "yes"})

    assert "About" not in cases(roads)[0].body


@pytest.mark.parametrize("asked", ["", "other"])
def test_sending_without_having_been_asked_asks_first(english, roads, asked):
    page = english.post(PATH, {**ASKED, "asked": asked, "send": "yes"})

    assert page.status_code == 200
    assert "Ask the person" in text_of(page)
    assert cases(roads) == []


def test_a_change_of_the_request_keeps_the_answers(english):
    form = text_of(english.post(PATH, {**ASKED, **DETAILS, "change": "yes"}))
    page = text_of(english.post(PATH, {**GIVEN, **carried(form), "category": "lamps"}))

    assert 'value="Rue 7"' in page
    assert re.search(r'value="pole"[^>]*checked', page)


def test_a_file_goes_along_under_its_question(english, roads, storage):
    page = text_of(
        english.post(PATH, {**ASKED, **DETAILS, "detail_photo": [upload()], "check": "yes"})
    )
    assert "photo.png" in page
    assert attached(roads) == []

    english.post(PATH, {**carried(page), "send": "yes"})

    ((name, question, path),) = attached(roads)
    assert (name, question) == ("photo.png", "photo")
    assert (storage / path).is_file()


def test_two_clicks_with_a_file_file_one_request(english, roads):
    page = text_of(english.post(PATH, {**ASKED, "detail_photo": [upload()], "check": "yes"}))

    pages = [english.post(PATH, {**carried(page), "send": "yes"}) for _click in range(2)]

    assert [one["Location"] for one in pages] == ["/desk/receipt/"] * 2
    assert (len(cases(roads)), len(attached(roads))) == (1, 1)


def test_a_bad_file_is_said_by_name_and_the_good_one_is_kept(english):
    chosen = [upload("good.png"), upload("empty.txt", b"")]

    page = english.post(PATH, {**ASKED, "detail_photo": chosen, "send": "yes"})

    assert page.status_code == 400
    assert "empty.txt" in str(page.context["form"].errors["detail_photo"])
    assert [file.name for file in page.context["files"]] == ["good.png"]


def test_a_file_can_be_taken_away_again(english, roads):
    first = english.post(PATH, {**ASKED, "detail_photo": [upload()], "remove": "none"})
    (file,) = first.context["files"]

    page = english.post(PATH, {**ASKED, "remove": str(file.id)})
    assert list(page.context["files"]) == []
    english.post(PATH, {**ASKED, "send": "yes"})

    assert attached(roads) == []


def test_an_eleventh_file_is_refused(english):
    chosen = [upload(f"{number}.pdf", PDF) for number in range(10)]
    english.post(PATH, {**ASKED, "detail_photo": chosen, "check": "yes"})

    page = english.post(PATH, {**ASKED, "detail_photo": [upload()], "check": "yes"})

    assert page.status_code == 400
    assert len(page.context["files"]) == 10


def test_a_file_for_a_question_of_another_category_stays_behind(english, roads):
    english.post(PATH, {**ASKED, "detail_photo": [upload()], "check": "yes"})

    english.post(PATH, {**GIVEN, "send": "yes"})

    assert (len(cases(roads)), attached(roads)) == (1, [])


def test_files_of_one_page_do_not_come_onto_another(english, roads):
    english.post(PATH, {**ASKED, "detail_photo": [upload()], "check": "yes"})

    english.post(PATH, {**ASKED, "key": "another page", "send": "yes"})

    assert (len(cases(roads)), attached(roads)) == (1, [])


def test_the_next_person_gets_no_file_of_the_one_before(english):
    english.post(PATH, {**ASKED, "detail_photo": [upload()], "check": "yes"})

    english.post("/desk/next/")

    assert "desk_files" not in english.client.session
