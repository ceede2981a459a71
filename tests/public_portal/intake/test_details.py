"""The category's own questions, each answered in its own way, and the day on which it happened."""

from datetime import UTC, date, datetime

import pytest

from shared.catalogue.models import Category, Option, Question
from shared.kernel import clock
from tests.public_portal.api import corpus
from tests.public_portal.api.calls import Caller, fields
from tests.public_portal.intake.journey import (
    BODY,
    chosen_on,
    errors_on,
    filed_in,
    in_arabic,
    summary_on,
    text,
    values_on,
)
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

KINDS = ("text", "number", "date", "choice", "many", "file")


@pytest.fixture
def lamps() -> Category:
    """A category that asks one question of each kind."""
    category = Category.objects.create(
        code="lamps", name_ar="مصابيح", name_fr="Lampes", name_en="Lamps",
        kinds=["complaint"], position=1,
    )  # fmt: skip
    for position, kind in enumerate(KINDS):
        question = Question.objects.create(
            category=category, code=kind, kind=kind, position=position,
            text_ar=f"سؤال {kind}", text_fr=f"Question {kind}", text_en=f"Question {kind}",
        )  # fmt: skip
        for place in range(3 if kind in ("choice", "many") else 0):
            Option.objects.create(
                question=question, code=f"{kind}-{place}", position=place,
                text_ar=f"جواب {place}", text_fr=f"Réponse {place}", text_en=f"Answer {place}",
            )  # fmt: skip
    return category


@pytest.fixture
def asked(citizen, lamps):
    """A citizen who has come to the details."""
    citizen.answer_all("wish", story={"category": "lamps"})
    return citizen


def give(citizen, **answers):
    return citizen.post(
        citizen.url("details/"), {f"detail_{name}": value for name, value in answers.items()}
    )


def finish(citizen):
    for step in ("wish", "files", "privacy", "person"):
        citizen.answer(step)
    return citizen.send()


def test_every_kind_of_question_is_answered_in_its_own_way_and_told_in_words(asked, roads):
    answered = give(
        asked, text="عقد رقم 12", number="1 500,5", date_day="٧", date_month="غشت",
        date_year="2025", choice="choice-1", many=["many-2", "many-0"],
    )  # fmt: skip
    finish(asked)

    assert answered.status_code == 302
    assert filed_in(roads)[0].body == (
        f"{BODY}\n\nسؤال text: عقد رقم 12\nسؤال number: 1.500,5\nسؤال date: 7 غشت 2025\n"
        "سؤال choice: جواب 1\nسؤال many: جواب 2، جواب 0"
    )


def test_no_question_has_to_be_answered(asked, roads):
    assert give(asked)["Location"] == asked.url("wish")
    finish(asked)

    assert filed_in(roads)[0].body == BODY


def test_answers_are_there_again_when_one_comes_back(asked):
    give(asked, number="٢٠٠", date_day="7", date_month="3", date_year="2025", many=["many-1"])

    page = asked.see("details/")

    assert values_on(page) == {
        "detail_text": "", "detail_number": "200", "detail_date_day": "7",
        "detail_date_month": "3", "detail_date_year": "2025",
    }  # fmt: skip
    assert 'value="many-1" id="id_detail_many_1" checked' in text(page).replace(
        'aria-describedby="id_detail_many_helptext" ', ""
    )
    assert chosen_on(page) == []


def test_a_file_is_asked_for_where_files_are_added(asked):
    assert "detail_file" not in text(asked.see("details/"))


@pytest.mark.parametrize(
    ("answers", "target"),
    [
        ({"number": "abc"}, "id_detail_number"),
        ({"number": "-5"}, "id_detail_number"),
        ({"number": "9" * 41}, "id_detail_number"),
        ({"number": "7\x1b\x00 8x"}, "id_detail_number"),
        ({"date_day": "31", "date_month": "2", "date_year": "2025"}, "id_detail_date_0"),
        ({"date_day": "31"}, "id_detail_date_0"),
        ({"date_day": "1", "date_month": "رمضان", "date_year": "1446"}, "id_detail_date_0"),
        ({"date_day": "\x00", "date_month": "1" * 10_000, "date_year": "1"}, "id_detail_date_0"),
        ({"choice": "many-1"}, "id_detail_choice_0"),
        ({"many": ["many-1", "none-such"]}, "id_detail_many_0"),
        ({"many": "many-1,many-2"}, "id_detail_many_0"),
        ({"text": "x" * 201}, "id_detail_text"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_refused_beside_its_field_and_the_others_stay(asked, answers, target):
    page = give(asked, **{"text": "يبقى", **answers})

    assert page.status_code == 200
    assert [found for found, _words in summary_on(page)] == [target]
    assert errors_on(page) == [words for _target, words in summary_on(page)]
    assert values_on(page)["detail_text"] == answers.get("text", "يبقى")


@pytest.mark.parametrize(
    ("name", "kind"),
    each_once(
        ["text", "number", "date_day", "date_month", "many", "choice"],
        [*corpus.TEXTS_TO_REFUSE, *corpus.TEXTS_TO_TAKE],
    ),
)
def test_whatever_is_typed_is_taken_or_refused_in_words(asked, name, kind):
    typed = {**corpus.TEXTS_TO_REFUSE, **corpus.TEXTS_TO_TAKE}[kind]

    assert give(asked, **{name: typed}).status_code in (302, 200)


# --- when it happened ----------------------------------------------------------------------------

NO_SUCH_DAY = (
    "There is no such day. Write the day and the month as on a calendar, and the year in four "
    "digits, like 7 3 2026."
)
DAY_BOXES = ("happened_on_day", "happened_on_month", "happened_on_year")


def when(citizen, day, month, year):
    return citizen.answer(
        "circumstances", happened_on_day=day, happened_on_month=month, happened_on_year=year
    )


def test_the_day_goes_with_the_request_and_is_shown_before_sending(citizen, roads):
    citizen.answer_all()

    assert "7 مارس 2025" in text(citizen.see("check/"))
    citizen.send()
    assert filed_in(roads)[0].happened_on == date(2025, 3, 7)


def test_the_day_may_be_left_out(citizen, roads):
    citizen.answer_all("circumstances")
    when(citizen, "", "", "")
    for step in ("wish", "files", "privacy", "person"):
        citizen.answer(step)
    citizen.send()

    assert filed_in(roads)[0].happened_on is None


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        (("31", "12", "2199"), "This day has not come yet. Write the day on which it happened."),
        (("1", "1", "1899"), "Write a day after the year 1900."),
        (("7", "رجب", "1447"), "This is a day of the Hijri calendar. Write it as in the civil "
         "calendar: the years 1447 and 1448 of the Hijra fall in 2026."),
        (("7", "", "2025"), "Give the day, the month and the year, or leave all three out."),
        (("", "3", "2025"), "Give the day, the month and the year, or leave all three out."),
        (("7", "3", ""), "Give the day, the month and the year, or leave all three out."),
        (("31", "12", "1899"), "Write a day after the year 1900."),
        (("29", "2", "2025"), NO_SUCH_DAY),
        (("31", "4", "2025"), NO_SUCH_DAY),
        (("1", "13", "2025"), NO_SUCH_DAY),
        (("0", "3", "2025"), NO_SUCH_DAY),
        (("x", "<b>", "{{ 7 }}"), NO_SUCH_DAY),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_in_words_and_stays(citizen, boxes, words):
    citizen.answer_all("circumstances")

    page = when(citizen, *boxes)

    assert page.status_code == 200
    assert summary_on(page) == [("id_happened_on_0", in_arabic(words))]
    assert [values_on(page)[f"happened_on_{box}"] for box in ("day", "month", "year")] == [*boxes]


@pytest.mark.parametrize("boxes", [("29", "2", "2024"), ("30", "4", "2025"), ("1", "1", "1900")])
def test_last_days_that_a_month_has_and_the_first_year_are_taken(citizen, roads, boxes):
    citizen.answer_all(
        circumstances=dict(zip(DAY_BOXES, boxes, strict=True)),
    )
    citizen.send()

    day, month, year = (int(box) for box in boxes)
    assert [one.happened_on for one in filed_in(roads)] == [date(year, month, day)]


def test_today_in_casablanca_has_come_though_it_is_still_yesterday_in_utc(citizen):
    citizen.answer_all("circumstances")
    # In that summer Morocco was an hour ahead of UTC.
    with clock.travel(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)):
        assert when(citizen, "2", "7", "2026").status_code == 302
        assert when(citizen, "3", "7", "2026").status_code == 200


# --- by programme --------------------------------------------------------------------------------


@pytest.fixture
def caller(client, citizen) -> Caller:
    """A programme; the same organisations can be chosen."""
    return Caller(client=client)


def test_programmes_answer_the_same_questions(caller, lamps, roads):
    answers = {"number": 1500.5, "date": "2025-08-07", "many": ["many-2", "many-0"]}

    response = caller.submit(category="lamps", answers=answers, happened_on="2025-03-07")

    assert response.status_code == 201
    complaint = filed_in(roads)[0]
    assert complaint.happened_on == date(2025, 3, 7)
    assert complaint.body.endswith(
        "Question number\u00a0: 1\u202f500,5\nQuestion date\u00a0: 7 août 2025\n"
        "Question many\u00a0: Réponse 2, Réponse 0"
    )


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"number": "abc"}, "invalid_number"),
        ({"number": -1}, "invalid_number"),
        ({"date": "7/8/2025"}, "invalid_day"),
        ({"date": 7}, "invalid_day"),
        ({"many": ["many-1", "x"]}, "answer_unknown"),
        ({"choice": "many-1"}, "answer_unknown"),
        ({"file": "picture.jpg"}, "answer_unknown"),
        ({"none-such": "x"}, "answer_unknown"),
    ],
)
def test_programmes_are_told_which_answer_cannot_be(caller, lamps, answers, code):
    response = caller.submit(category="lamps", answers=answers)

    assert response.status_code == 400
    assert fields(response) == [("answers", code)]


@pytest.mark.parametrize("value", [True, None, {}, [7], [["x"]], 10**400, 1e300, "x" * 201, ""])
def test_an_answer_of_another_type_is_refused_by_name(caller, lamps, value):
    response = caller.submit(category="lamps", answers={"number": value})

    assert response.status_code == 400
    assert {field.partition(".")[0] for field, _code in fields(response)} == {"answers"}


@pytest.mark.parametrize(
    ("value", "code"),
    [("2199-01-01", "day_in_future"), ("1899-12-31", "day_too_early"), ("7/3/2025", "invalid"),
     ("1447-09-07", "day_too_early"), (7, "invalid"), ({}, "invalid"), ("\x00", "invalid")],
)  # fmt: skip
def test_programmes_are_told_what_is_wrong_with_the_day(caller, value, code):
    assert fields(caller.submit(happened_on=value)) == [("happened_on", code)]
