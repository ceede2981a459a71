"""A link begins a request while another one is under way: nothing of that one is lost."""

import pytest

from tests.public_portal.intake.journey import text

pytestmark = pytest.mark.django_db


def test_a_link_to_another_body_asks_first_and_changes_nothing(citizen):
    citizen.answer_all()

    page = citizen.client.get("/ar/submit/?organisation=water")

    html = text(page)
    assert citizen.url("check/") in html
    assert 'name="anew"' in html
    assert citizen.see("check/").context["answers"].organisation == "roads"


def test_a_new_request_leaves_the_one_begun_under_its_address(citizen):
    citizen.answer_all("wish")
    address = citizen.see("later/").context["address"]

    page = citizen.client.post("/ar/submit/?organisation=water", {"anew": "yes"}, follow=True)
    citizen.client.post("/ar/submit/?organisation=water", {"kind": "complaint"})
    begun = citizen.see("later/").context["kept"].answers

    assert page.redirect_chain == [("/ar/submit/?organisation=water", 302)]
    assert (begun.organisation, begun.body) == ("water", "")
    citizen.client.post(address)
    back = citizen.see("later/").context["kept"].answers
    assert (back.organisation, back.body) == ("roads", citizen.answers["story"]["body"])


@pytest.mark.parametrize("query", ["organisation=roads", "organisation=nowhere", "kind=complaint"])
def test_a_link_that_takes_nothing_away_asks_nothing(citizen, query):
    citizen.answer_all()

    page = citizen.client.get(f"/ar/submit/?{query}")

    assert 'name="anew"' not in text(page)
    assert 'name="kind"' in text(page)
