"""Links in letters: good for one thing, once, and no secret for anybody but the mailbox."""

import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.stdlib import ProcessorFormatter

from shared.complaints import services
from shared.complaints.enums import Privacy, Status
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.references import reference_make
from shared.mail.models import Mail
from tenants.case_access.services.tokens import keys_prune, link_issue, token_digest
from tenants.isolation.schema_switch import agency_context
from tenants.models import LinkToken, Route
from tenants.models.enums import LinkPurpose
from tests.public_portal.tracking.mailbox import deliver, links_in, links_in_page
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.moments import days_later
from tests.support.refused_forms import is_refused
from tests.tenants.case_access.test_identity import found_in, read_by

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer, strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def key_of(link):
    return re.search(r"/(?:open|rate|promise)/([^/]+)/", link).group(1)


def headers_of(page):
    return {name: page[name] for name in HEADERS}


def ask_link(visitor, reference, email=EMAIL):
    return visitor.client.post(visitor.url("link/"), {"reference": reference, "email": email})


@pytest.fixture
def answered(receipt, roads):
    """The rating links of the letter that announced the reply."""
    answer(roads, receipt.reference)
    letters = deliver(roads)
    return [link for link in links_in(letters[-1]) if "/rate/" in link]


def test_the_letter_of_a_reply_has_a_link_for_each_face(answered):
    keys = {key_of(link) for link in answered}

    assert [link.partition("?")[2] for link in answered] == [
        f"handling={number}" for number in (5, 4, 3, 2, 1)
    ]
    assert len(keys) == 1
    assert len(keys.pop()) == 43


def test_one_touch_shows_the_chosen_face_and_one_button(visitor, answered):
    page = visitor.client.get(answered[1])

    chosen = re.findall(r'name="(\w+)" value="(\w+)"[^>]*checked', page.text)
    assert page.status_code == 200
    assert chosen == [("handling", "4")]
    assert len(re.findall(r"<button[^>]*button-large", page.text)) == 1
    assert headers_of(page) == HEADERS


def test_looking_uses_nothing_up(visitor, answered, receipt):
    for _scanner in range(3):
        assert visitor.client.get(answered[0]).status_code == 200
        assert visitor.client.head(answered[0]).status_code == 200

    assert LinkToken.objects.filter(route_id=receipt.reference).count() == 1
    assert visitor.see()["Location"] == "/fr/track/"


def test_the_button_rates_and_opens_the_space(visitor, answered, roads):
    page = visitor.client.post(answered[1], {"resolved": "yes", "handling": "4"})

    case = visitor.see().context["space"].case
    assert page["Location"] == "/fr/track/case/"
    assert headers_of(page) == HEADERS
    assert (case.rating.resolved, case.rating.handling) == (True, 4)


def test_who_is_not_content_stands_before_reopening_with_its_last_day(visitor, answered):
    page = visitor.client.post(answered[4], {"resolved": "no", "handling": "1"}, follow=True)

    space = page.context["space"]
    assert page.redirect_chain == [("/fr/track/case/reopen/", 302)]
    assert space.reopen_until == clock.today() + timedelta(days=30)
    assert visitor.do("reopen/", reason="not_done", body="Rien.").status_code == 302


def test_half_a_rating_by_link_is_refused_and_the_link_stays(visitor, answered):
    refused = visitor.client.post(answered[1], {"handling": "4"})
    done = visitor.client.post(answered[1], {"resolved": "yes", "handling": "4"})

    assert (is_refused(refused), done.status_code) == (True, 302)
    assert list(refused.context["form"].errors) == ["resolved"]


def test_a_link_works_once(visitor, answered):
    visitor.client.post(answered[1], {"resolved": "yes", "handling": "4"})

    again = visitor.client.post(answered[1], {"resolved": "no", "handling": "1"})

    assert again.status_code == 410
    assert visitor.see().context["space"].case.rating.handling == 4


@pytest.mark.parametrize("query", ["?handling=6", "?handling=%00", "?handling=4&handling=x", ""])
def test_a_face_that_there_is_not_is_left_aside(visitor, answered, query):
    page = visitor.client.get(answered[0].partition("?")[0] + query)

    assert page.status_code == 200
    assert re.findall(r"<input[^>]*checked", page.text) == []


def test_whoever_rated_in_the_space_is_told_so_by_the_letter(visitor, answered, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("rating/", resolved="yes", handling="5")

    page = visitor.client.get(answered[0])

    assert page.status_code == 200
    assert page.context["case"].rating.handling == 5
    assert "<textarea" not in page.text
    assert f"/fr/track/?reference={receipt.reference}" in page.text


def test_of_a_request_that_was_reopened_there_is_nothing_to_rate(visitor, answered, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("reopen/", reason="not_done", body="Rien.")

    page = visitor.client.post(answered[0], {"resolved": "yes", "handling": "5"})

    assert page.context["case"].status == Status.REOPENED
    assert page.context["case"].rating is None
    assert LinkToken.objects.filter(purpose=LinkPurpose.RATE).count() == 1


def dead_links(answered):
    path = answered[0].partition("?")[0]
    key = key_of(path)
    return {
        "unknown": path.replace(key, "A" * 43),
        "longer": path.replace(key, key + "A"),
        "of another purpose": path.replace("/rate/", "/open/"),
        "of a promise": path.replace("/rate/", "/promise/"),
    }


def test_every_link_that_does_not_work_leads_to_the_same_page(visitor, answered):
    pages = [visitor.client.get(link) for link in dead_links(answered).values()]
    with clock.travel(clock.now() + timedelta(days=30, seconds=1)):
        pages.append(visitor.client.get(answered[0].partition("?")[0]))
    visitor.client.post(answered[0], {"resolved": "yes", "handling": "4"})
    pages.append(visitor.client.get(answered[0].partition("?")[0]))

    bodies = {
        re.sub(r'href="/(ar|fr|en)/track/(open|rate|promise)/.*?"', "", page.text) for page in pages
    }
    assert [page.status_code for page in pages] == [410] * 6
    assert all(headers_of(page) == HEADERS for page in pages)
    plain = {
        re.sub(r"<(form|a|input|option)[^>]*(rate|open|promise)/[^>]*>", "", one) for one in bodies
    }
    assert len({len(re.findall(r"<h1>.*?</h1>", one)) for one in plain}) == 1
    assert len({re.search(r"<h1>.*</main>", one, re.DOTALL).group() for one in plain}) == 1


def test_a_new_letter_voids_the_link_of_the_one_before(visitor, answered, receipt, roads):
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.do("reopen/", reason="not_done", body="Rien.")
    with agency_context(roads):
        Mail.objects.filter(sent_at=None).delete()
    officer_answers_again(roads, receipt.reference)
    newer = [link for link in links_in(deliver(roads)[-1]) if "/rate/" in link]

    assert visitor.client.get(answered[0]).status_code == 410
    assert visitor.client.get(newer[0]).status_code == 200


def officer_answers_again(agency, reference):
    other = staff(agency, email="other@roads.example")
    with agency_context(agency):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=other, actor=officer_actor(other)
        )


def test_no_row_that_an_agency_can_read_opens_a_link(receipt, roads, answered):
    key = key_of(answered[0])

    assert found_in(read_by(roads), (key,)) == []
    assert bytes(LinkToken.objects.get().digest) == token_digest(key)


def test_a_letter_sent_twice_has_the_same_link(receipt, roads):
    route = Route.objects.get(reference=receipt.reference)
    with agency_context(roads):
        letter = Mail.objects.first().pk

    first, second = (
        link_issue(route=route, purpose=LinkPurpose.RATE, letter=letter) for _try in range(2)
    )

    assert first == second
    assert link_issue(route=route, purpose=LinkPurpose.OPEN, letter=letter) != first


def test_links_that_are_over_are_forgotten(answered):
    with clock.travel(days_later(31)):
        assert keys_prune() == 1

    assert LinkToken.objects.count() == 0


# --- a link instead of the code ----------------------------------------------------------------


def test_a_link_is_sent_to_the_address_of_the_request_as_it_is_stored(visitor, receipt):
    page = ask_link(visitor, receipt.reference, f" {EMAIL.upper()} ")
    letters = deliver()

    assert page["Location"] == "/fr/track/link/asked/"
    assert [(one.to, one.subject[:16]) for one in letters] == [([EMAIL], receipt.reference)]
    assert len(links_in(letters[0])) == 1


def test_the_link_opens_the_space_once(visitor, receipt):
    ask_link(visitor, receipt.reference)
    link = links_in(deliver()[0])[0]

    looked = visitor.client.get(link)
    opened = visitor.client.post(link)
    again = Visitor(client=Client(headers={"host": "testserver"})).client.post(link)

    assert (looked.status_code, opened["Location"]) == (200, "/fr/track/case/")
    assert visitor.see().context["space"].case.reference == receipt.reference
    assert again.status_code == 410


def test_the_link_works_for_an_hour(visitor, receipt):
    ask_link(visitor, receipt.reference)
    link = links_in(deliver()[0])[0]

    with clock.travel(clock.now() + timedelta(hours=1, seconds=1)):
        assert visitor.client.post(link).status_code == 410


def test_a_confidential_person_is_sent_a_link_too(visitor, roads):
    hidden = filed(
        roads, privacy=Privacy.CONFIDENTIAL, party=PartyDraft(email="hidden@example.org")
    )

    ask_link(visitor, hidden.reference, "hidden@example.org")

    assert [one.to for one in deliver()] == [["hidden@example.org"]]


def test_whether_the_two_belong_together_is_not_to_be_told(visitor, receipt, roads):
    anonymous = filed(roads, privacy=Privacy.ANONYMOUS)
    asked = [
        (receipt.reference, EMAIL),
        (receipt.reference, "someone@example.org"),
        (reference_make(), EMAIL),
        (anonymous.reference, EMAIL),
    ]

    answers = [ask_link(visitor, *pair) for pair in asked]

    assert {(page.status_code, page["Location"]) for page in answers} == {
        (302, "/fr/track/link/asked/")
    }
    assert Mail.objects.count() == 4
    assert [one.to for one in deliver()] == [[EMAIL]]


def test_every_pair_costs_the_same_statements(visitor, receipt):
    costs = []
    for pair in ((receipt.reference, EMAIL), (reference_make(), "someone@example.org")):
        with CaptureQueriesContext(connection) as queries:
            ask_link(visitor, *pair)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_what_was_typed_is_kept_by_no_row_once_the_letter_is_dealt_with(visitor, receipt):
    ask_link(visitor, receipt.reference, "someone@example.org")
    waiting = Mail.objects.get()
    before = f"{waiting.to} {waiting.context}"

    deliver()

    waiting.refresh_from_db()
    assert "someone" not in before
    assert (waiting.to, waiting.context) == ("", {})


def test_nobodys_mailbox_is_filled_by_strangers(visitor, receipt):
    pages = [ask_link(visitor, receipt.reference) for _try in range(6)]

    assert [page.status_code for page in pages] == [302] * 5 + [429]
    assert 0 < int(pages[-1]["Retry-After"]) <= 3600
    assert pages[-1].context["form"]["email"].value() == EMAIL


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ["email", "reference"]),
        ({"reference": "123", "email": EMAIL}, ["reference"]),
        ({"email": "nobody"}, ["email"]),
        ({"email": "a\r\nb@c.ma"}, ["email"]),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(visitor, receipt, data, fields):
    given = {"reference": receipt.reference, **data} if data else {}

    page = visitor.client.post(visitor.url("link/"), given)

    assert is_refused(page)
    assert sorted(page.context["form"].errors) == fields


def test_the_entrance_offers_the_link(visitor):
    page = visitor.client.get(visitor.url())

    assert 'href="/fr/track/link/"' in page.text


@pytest.mark.parametrize("path", ["open", "rate", "promise"])
def test_a_form_from_another_site_uses_no_link(receipt, roads, path):
    route = Route.objects.get(reference=receipt.reference)
    with agency_context(roads):
        letter = Mail.objects.first().pk
    key = link_issue(route=route, purpose=LinkPurpose(path), letter=letter)
    browser = Client(enforce_csrf_checks=True, headers={"host": "testserver"})

    page = browser.post(f"/fr/track/{path}/{key}/", {"resolved": "yes", "handling": "1"})

    assert page.status_code == 403
    assert LinkToken.objects.count() == 1


# --- every link of every letter ----------------------------------------------------------------


def test_every_link_of_every_letter_leads_to_a_page(visitor, receipt, roads, answered):
    ask_link(visitor, receipt.reference)
    deliver()
    pages = {
        link: visitor.client.get(link).status_code
        for letter in mail.outbox
        for link in (*links_in(letter), *links_in_page(letter))
    }

    assert set(pages.values()) == {200}
    assert len(pages) == 1 + 5 + 1


def test_several_visits_that_are_over_are_forgotten_together(visitor, receipt):
    for _visit in range(3):
        visitor.open(receipt.reference, receipt.receipt_code)

    with clock.travel(clock.now() + timedelta(hours=9)):
        assert keys_prune() == 3


def test_a_refused_request_is_logged_without_the_key_of_its_address(visitor, answered, caplog):
    path = answered[0].partition("?")[0]
    formatters = [one.formatter for one in logging.getLogger().handlers]
    written = next(one for one in formatters if isinstance(one, ProcessorFormatter))

    visitor.client.get(f"{path}nowhere/")

    logged = "".join(written.format(record) for record in caplog.records)
    assert "Not Found: /fr/track/rate/…" in logged
    assert key_of(path) not in logged
