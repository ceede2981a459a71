import re

import pytest
from django.utils.translation import gettext, ngettext, override

from public_portal.intake.enums import PARTS, Step
from public_portal.intake.models import Draft
from shared.catalogue.models import Category, Option, Question
from shared.directory.models import Alias, Organisation
from shared.kernel.text import search_key, sound_key
from tenants.models import Route
from tenants.models.enums import AgencyState
from tests.public_portal.intake.journey import (
    BODY,
    STEPS,
    Citizen,
    chosen_on,
    errors_on,
    filed_in,
    in_arabic,
    receipt_code_on,
    reference_on,
    summary_on,
    text,
    values_on,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(citizen):
    """One who walks through every page each time."""
    citizen.remembers = False
    return citizen


def test_the_whole_journey_in_arabic_ends_in_a_receipt_and_one_complaint(citizen, roads, water):
    receipt = citizen.file()

    complaint = filed_in(roads)[0]
    assert reference_on(receipt) == complaint.reference
    assert (complaint.body, complaint.subject) == (BODY, "الإنارة العمومية")
    assert (complaint.language, complaint.privacy) == ("ar", "named")
    assert complaint.party.phone == "+212612345678"
    assert filed_in(water) == []


def test_the_pages_are_in_arabic_and_read_from_the_right(citizen):
    html = text(citizen.see("kind"))

    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [("ar", "rtl")]


@pytest.mark.parametrize(
    ("kind", "label"), [("complaint", "عنوان الشكاية"), ("observation", "عنوان الطلب")]
)
def test_the_subject_is_asked_for_by_the_kind_of_request(citizen, kind, label):
    citizen.answers["kind"] = {"kind": kind}
    citizen.answer_all("story")

    page = text(citizen.see("story"))

    assert re.findall(r"عنوان ال(?:شكاية|طلب)", page) == [label]


@pytest.mark.parametrize("privacy", ["named", "anonymous"])
def test_progress_counts_seven_parts_from_the_first_page_to_the_last(citizen, privacy):
    answer = {**citizen.answers["privacy"], "privacy": privacy}
    citizen.answers["privacy"] = answer
    seen = []
    for step in [*STEPS, "check/"]:
        page = citizen.see(step)
        if page.status_code == 200:
            seen.append((page.context["number"], page.context["total"]))
        if step != "check/":
            citizen.answer(step)

    person = [] if privacy == "anonymous" else [6]
    numbers = [1, 2, 2, 3, 3, 4, 5, 6, *person, 7]
    assert seen == [(number, 7) for number in numbers]
    assert len(re.findall(r"<li class=\"step-\w+\">", text(page))) == 7


def test_every_page_belongs_to_one_part():
    assert [step for part in PARTS for step in part] == list(Step)


@pytest.mark.parametrize(
    "step", ["organisation", "admissibility", "story", "wish", "privacy", "person", "check/"]
)
def test_nobody_gets_past_an_open_question(citizen, step):
    page = citizen.see(step)

    assert page["Location"] == citizen.url("kind")


def test_a_question_cannot_be_answered_before_the_ones_in_front_of_it(citizen):
    citizen.answer("kind")

    page = citizen.answer("story")

    assert page["Location"] == citizen.url("organisation")
    assert Draft.objects.get().body == ""


def test_going_back_shows_what_was_answered(citizen):
    citizen.answer_all()

    shown = {**values_on(citizen.see("story")), **values_on(citizen.see("person"))}

    assert shown["body"] == BODY
    assert shown["name"] == "مواطن تجريبي"
    assert chosen_on(citizen.see("kind")) == ["complaint"]
    assert chosen_on(citizen.see("organisation")) == ["roads"]


def test_the_language_switch_keeps_the_answers(citizen):
    citizen.answer_all()

    in_french = Citizen(client=citizen.client, language="fr")

    assert values_on(in_french.see("story"))["body"] == BODY
    assert in_french.see("check/").status_code == 200


def test_a_change_link_comes_back_to_the_check_page(citizen):
    citizen.answer_all()

    page = citizen.client.post(citizen.url("kind") + "?change=1", {"kind": "proposal"})

    assert page["Location"] == citizen.url("check/")


def test_giving_up_anonymity_asks_for_the_person_first(citizen):
    citizen.answer_all("person", privacy={"privacy": "anonymous"})

    page = citizen.client.post(citizen.url("privacy") + "?change=1", {"privacy": "named"})

    assert page["Location"] == citizen.url("person")


def test_choosing_anonymity_forgets_the_person_that_was_given(citizen):
    citizen.answer_all()

    citizen.answer("privacy", privacy="anonymous")

    kept = Draft.objects.get()
    assert (kept.name, kept.email, kept.phone) == ("", "", "")


def test_an_anonymous_complaint_holds_no_personal_data_and_its_receipt_has_a_code(citizen, roads):
    citizen.answer_all("person", privacy={"privacy": "anonymous"})
    citizen.answer("person")

    receipt = citizen.client.get(citizen.send()["Location"])

    party = filed_in(roads)[0].party
    assert (party.name, party.email, party.phone, party.national_id) == ("", "", "", "")
    assert len(receipt_code_on(receipt)) == 16


def test_an_error_is_said_beside_its_field_and_in_the_summary_and_nothing_typed_is_lost(citizen):
    citizen.answer_all("story")

    page = citizen.answer("story", subject="", body="قصير جدا")

    subject = in_arabic("Give the request a subject, in a few words.")
    with override("ar"):
        body = ngettext(
            "Write at least %(count)d character.", "Write at least %(count)d characters.", 20
        ) % {"count": 20}
    assert page.status_code == 200
    assert summary_on(page) == [("id_subject", subject), ("id_body", body)]
    assert errors_on(page) == [subject, body]
    assert values_on(page) == {"subject": "", "body": "قصير جدا"}


def test_an_organisation_that_nobody_handles_is_refused_in_words(citizen):
    Organisation.objects.create(
        code="alone", kind="other", name_ar="جهة", name_fr="Corps", name_en="Body"
    )
    citizen.answer("kind")

    page = citizen.answer("organisation", organisation="alone")

    assert page.status_code == 200
    assert errors_on(page) == [
        in_arabic(
            "Nobody answers for this organisation on the portal yet. Choose the body above it, "
            "or write to it directly."
        )
    ]


def test_an_organisation_outside_the_law_is_refused_in_words(citizen):
    Organisation.objects.create(
        code="defence", kind="ministry", name_ar="الدفاع", name_fr="Défense", name_en="Defence",
        accepts=False, refusal_ar="خارج", refusal_fr="hors", refusal_en="outside",
    )  # fmt: skip
    citizen.answer("kind")

    page = citizen.answer("organisation", organisation="defence")

    assert errors_on(page) == [
        in_arabic("By law this portal cannot pass requests to this organisation.")
    ]


def test_a_link_from_the_directory_preselects_its_organisation(citizen):
    citizen.client.post("/ar/submit/?organisation=water", {"kind": "complaint"})

    assert chosen_on(citizen.see("organisation")) == ["water"]


@pytest.mark.parametrize("code", ["nowhere", "x" * 500, "../../etc", "a\x00b", "'; DROP TABLE"])
def test_a_link_with_a_strange_organisation_is_only_left_aside(citizen, code):
    page = citizen.client.post(
        "/ar/submit/", {"kind": "complaint"}, query_params={"organisation": code}
    )

    assert page["Location"] == citizen.url("organisation")
    assert chosen_on(citizen.see("organisation")) == []


def test_a_suspended_agency_still_takes_complaints(citizen, roads):
    roads.state = AgencyState.SUSPENDED
    roads.save(update_fields=["state"])

    receipt = citizen.file()

    assert reference_on(receipt) == filed_in(roads)[0].reference


def test_the_route_table_alone_says_which_agency_holds_it(citizen, water):
    citizen.file(organisation={"organisation": "water"})

    assert [route.agency for route in Route.objects.all()] == [water]
    assert [row.party.name for row in filed_in(water)] == ["مواطن تجريبي"]


def test_a_categorys_own_questions_come_after_it_and_their_answers_join_the_text(citizen, roads):
    category = Category.objects.create(
        code="lamps", name_ar="مصابيح", name_fr="Lampes", name_en="Lamps",
        kinds=["complaint"], position=1,
    )  # fmt: skip
    question = Question.objects.create(
        category=category, code="since", kind="choice", position=1,
        text_ar="منذ متى؟", text_fr="Depuis quand ?", text_en="Since when?",
    )  # fmt: skip
    Option.objects.create(
        question=question, code="month", position=1,
        text_ar="أكثر من شهر", text_fr="Plus d'un mois", text_en="More than a month",
    )  # fmt: skip
    citizen.answer_all("wish", story={"category": "lamps"})

    answered = citizen.client.post(citizen.url("details/"), {"detail_since": "month"})
    for step in ("wish", "files", "privacy", "person"):
        citizen.answer(step)
    citizen.send()

    complaint = filed_in(roads)[0]
    assert answered["Location"] == citizen.url("wish")
    assert complaint.category_code == "lamps"
    assert complaint.body == f"{BODY}\n\nمنذ متى؟: أكثر من شهر"


def test_a_category_that_the_new_kind_does_not_have_must_be_chosen_again(citizen):
    Category.objects.create(
        code="lamps", name_ar="مصابيح", name_fr="Lampes", name_en="Lamps",
        kinds=["complaint"], position=1,
    )  # fmt: skip
    citizen.answer_all(story={"category": "lamps"})

    page = citizen.client.post(citizen.url("kind") + "?change=1", {"kind": "proposal"})

    assert page["Location"] == citizen.url("story")


def test_a_search_finds_the_organisation_and_says_who_answers(citizen, roads):
    organisation = Organisation.objects.get(code="roads")
    Alias.objects.create(
        organisation=organisation, kind="name", text="الطرق", key=search_key("الطرق"),
        sound=sound_key("الطرق"),
    )  # fmt: skip
    citizen.answer("kind")

    page = citizen.client.get(citizen.url("organisation"), {"q": "الطرق"})

    found = re.findall(r'name="organisation" value="([\w-]+)"', text(page))
    with override("ar"):
        hint = gettext("%(place)s. Answered by: %(agency)s") % {
            "place": gettext("Public institution"), "agency": "الطرق",
        }  # fmt: skip
    assert found == ["roads"]
    assert hint in text(page)


def test_c18_a_search_without_a_result_shows_a_way_on(citizen):
    citizen.answer("kind")

    page = citizen.client.get(citizen.url("organisation"), {"q": "zzzzqqqq"})

    assert 'href="/ar/organisations/"' in text(page)
    assert re.findall(r'name="organisation"', text(page)) == []
