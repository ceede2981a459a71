"""Where no agency answers for a body, the orientation desk receives the request."""

import pytest

from shared.directory.models import Organisation
from tenants.agencies.selectors import address_book_clear
from tests.public_portal.intake.journey import errors_on, filed_in, in_arabic, text
from tests.public_portal.intake.test_finder import BUTTON, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(water):
    made = body("orientation", "other", agency_code=water.code, name_ar="مكتب التوجيه")
    address_book_clear()
    return made


@pytest.fixture
def alone():
    return body("alone", "ministry", name_ar="وزارة بلا فضاء")


def hint_of(citizen, code):
    page = citizen.client.get(citizen.url("organisation"), {"organisation": code})
    return text(page)


def test_a_request_about_a_body_without_an_agency_reaches_the_desk(citizen, desk, alone, water):
    receipt = text(citizen.file(organisation={"organisation": "alone"}))

    assert [one.organisation_code for one in filed_in(water)] == ["alone"]
    assert in_arabic("You are told which body is competent") in receipt
    assert "وزارة بلا فضاء" in receipt
    assert in_arabic("You receive an answer with its reasons, at the latest") not in receipt


def test_the_finder_says_before_the_choice_who_receives_the_request(citizen, desk, alone):
    citizen.answer("kind")

    assert in_arabic(
        "%(place)s. It does not answer on the portal yet: your request goes to %(agency)s, "
        "which tells you within 15 days where to turn."
    ).split("%(agency)s")[1] in hint_of(citizen, "alone")


def test_the_check_page_says_it_again_and_not_of_a_body_that_answers(citizen, desk, alone):
    words = in_arabic(
        "Within 15 days it tells you in writing which body is competent. If that body answers on "
        "this portal, one button files your request there, with its text and its files."
    )
    citizen.answer_all()
    assert words not in text(citizen.see("check/"))

    citizen.answer("organisation", organisation="alone")
    citizen.answer("story")

    assert words in text(citizen.see("check/"))


def test_a_body_with_an_agency_is_never_sent_to_the_desk(citizen, desk, roads, water):
    receipt = text(citizen.file())

    assert [one.organisation_code for one in filed_in(roads)] == ["roads"]
    assert filed_in(water) == []
    assert in_arabic("You are told which body is competent") not in receipt


def test_a_body_outside_the_portal_leads_to_the_desk_by_a_button(citizen, desk, water):
    body("defence", "ministry", accepts=False, refusal_ar="خارج", refusal_fr="x", refusal_en="x")
    citizen.answer("kind")

    refused = citizen.answer("organisation", organisation="defence")

    assert errors_on(refused) == [
        in_arabic("By law this portal cannot pass requests to this organisation.")
    ]
    assert in_arabic("Send it to the orientation desk") in text(refused)
    citizen.file(organisation={"organisation": "orientation"})
    assert [one.organisation_code for one in filed_in(water)] == ["orientation"]


def test_every_kind_of_body_of_the_directory_leads_to_a_receipt(citizen, desk, water):
    """Also those deep in the tree, above which nobody answers."""
    region = body("region-x", "region")
    province = body("province-x", "province", region)
    body("commune-x", "commune", province)
    body("institution-x", "institution")

    for organisation in Organisation.objects.filter(code__endswith="-x"):
        citizen.file(organisation={"organisation": organisation.code})

    filed = {one.organisation_code for one in filed_in(water)}
    assert filed == {"region-x", "province-x", "commune-x", "institution-x"}


@pytest.mark.parametrize("organisation", ["roads", "alone"])
def test_a_later_page_asks_nothing_about_who_receives_the_request(
    citizen, desk, alone, organisation, statement_count
):
    citizen.answer_all("wish", organisation={"organisation": organisation})
    citizen.see("wish")

    with statement_count("citizen: a page of the form") as asked:
        assert citizen.see("wish").status_code == 200

    about = ("tenants_agency", "WITH RECURSIVE")
    assert [
        one["sql"] for one in asked.captured_queries if any(name in one["sql"] for name in about)
    ] == []


def test_without_a_desk_the_body_is_refused_before_anything_is_written(citizen, alone):
    citizen.answer("kind")

    page = citizen.answer("organisation", organisation="alone")

    assert page.status_code == 200
    assert in_arabic(BUTTON) not in text(page)
    assert in_arabic("Send it to the orientation desk") not in text(page)
