"""Number and e-mail address, where another agency knows the number or somebody guesses at it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from public_portal.account.services import account_make
from shared.kernel import clock
from shared.kernel.references import reference_make
from shared.limits.models import TriedAddress
from tenants.case_access.services.case_owners import owner_link
from tenants.case_access.services.owned_cases import owned_case_open
from tenants.models import RouteOpening, TrackingToken
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.test_entrance import bare
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.custody import hand_over, request_filed
from tests.support.factories import CITIZEN, organisation_of
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db

BY_EMAIL = "Opened with the reference and the e-mail address"
BY_CODE = "Opened with the reference and the receipt code"
BY_LINK = "Opened by the link in an e-mail"
BY_ACCOUNT = "Opened from an account"


@pytest.fixture
def one(roads, water):
    organisation_of(water)
    return request_filed(roads)


@pytest.fixture
def moved(one, water):
    hand_over(one, water)
    return one


def stranger(number=1) -> Visitor:
    """Somebody in another place each time."""
    client = Client(headers={"host": "testserver"}, REMOTE_ADDR=f"192.0.2.{number}")
    return Visitor(client=client, language="en")


def over_rest(reference, email):
    return stranger().client.post(
        "/api/v1/tracking/",
        {"reference": reference, "email": email},
        content_type="application/json",
    )


def guessed_at(one, number=4):
    for place in range(number):
        assert stranger(place + 10).open(one.reference, f"g{place}@example.org").status_code == 404


@pytest.fixture(params=["moved", "guessed"])
def closed(request, one, water):
    """A request whose number another agency knows, or at which four addresses were tried."""
    if request.param == "moved":
        hand_over(one, water)
    else:
        guessed_at(one)
    return one


def test_right_address_gets_the_answer_of_a_wrong_one_and_a_link(closed):
    wrong = over_rest(reference_make(), EMAIL)
    right = over_rest(closed.reference, EMAIL)
    pages = [stranger().open(closed.reference), stranger().open(reference_make())]

    assert (right.status_code, right.content) == (404, wrong.content)
    assert [page.status_code for page in pages] == [404, 404]
    assert bare(pages[0]) == bare(pages[1])
    assert TrackingToken.objects.count() == 0
    letter = deliver()[-1]
    assert letter.to == [EMAIL]
    owner = stranger()
    assert owner.client.post(links_in(letter)[0]).status_code == 302
    assert owner.see().context["space"].case.reference == closed.reference


def test_right_and_wrong_take_the_same_statements(closed):
    costs = []
    for reference, email in (
        (closed.reference, EMAIL),
        (closed.reference, "someone@example.org"),
        (reference_make(), EMAIL),
    ):
        with CaptureQueriesContext(connection) as queries:
            over_rest(reference, email)
        costs.append([query["sql"].split("(")[0][:60] for query in queries])

    assert costs[0] == costs[1] == costs[2]


def test_receipt_code_opens_it_as_before(closed):
    page = stranger().open(closed.reference, closed.receipt_code)

    assert page["Location"] == "/en/track/case/"


def test_fifth_address_of_a_day_is_answered_like_a_wrong_one_and_the_sixth(one):
    guessed_at(one, 3)
    assert stranger().open(one.reference)["Location"] == "/en/track/case/"
    guessed_at(one, 4)

    assert stranger().open(one.reference).status_code == 404


def test_one_address_tried_often_is_one_address(one):
    for place in range(6):
        stranger(place).open(one.reference, "tired@example.org")

    assert stranger().open(one.reference)["Location"] == "/en/track/case/"


def test_window_ends_by_itself_a_day_after_the_addresses(one):
    guessed_at(one)
    with clock.travel(clock.now() + timedelta(hours=23)):
        assert stranger().open(one.reference).status_code == 404

    with clock.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert stranger().open(one.reference)["Location"] == "/en/track/case/"


def test_addresses_tried_at_another_reference_close_no_other(one, roads):
    guessed_at(request_filed(roads))

    assert stranger().open(one.reference)["Location"] == "/en/track/case/"


def test_strangers_use_no_link_of_the_owner_up(one):
    for number in range(9):
        stranger(number).open(one.reference, f"g{number}@example.org")
        data = {"reference": one.reference, "email": f"h{number}@example.org"}
        stranger(number).client.post("/en/track/link/", data)

    stranger().open(one.reference)

    assert [letter.to for letter in deliver()] == [[EMAIL]]


def test_what_is_kept_of_a_try_names_nobody(one):
    stranger().open(one.reference, "someone@example.org")

    (row,) = TriedAddress.objects.values_list("digest", "reference_digest")
    kept = b"".join(map(bytes, row))
    assert len(kept) == 64
    assert b"someone" not in kept
    assert one.reference.encode() not in kept


def test_try_is_noted_before_others_are_counted(one):
    with CaptureQueriesContext(connection) as queries:
        over_rest(one.reference, "someone@example.org")

    acts = [query["sql"][:6] for query in queries if "limits_triedaddress" in query["sql"]]
    assert acts == ["INSERT", "SELECT"]


def ways_on(visitor, path="case/"):
    return [one.who for one in visitor.see(path).context["space"].openings]


def test_each_way_in_stands_once_a_day_for_who_reads_the_request(one):
    visitor = stranger()
    for _time in range(2):
        visitor.open(one.reference)
        visitor.open(one.reference, one.receipt_code)
    account = account_make(email=EMAIL, name="A", language="en", actor=CITIZEN)
    owner_link(user_id=account.pk, reference=one.reference)
    owned_case_open(user_id=account.pk, reference=one.reference)
    visitor.client.post("/en/track/link/", {"reference": one.reference, "email": EMAIL})
    visitor.client.post(links_in(deliver()[-1])[0])

    assert sorted(ways_on(visitor)) == sorted([BY_ACCOUNT, BY_CODE, BY_EMAIL, BY_LINK])
    page = visitor.see().content.decode().partition('id="accesses"')[2]
    assert page.count(BY_EMAIL) == 1
    with clock.travel(days_later(1)):
        visitor.open(one.reference, one.receipt_code)
        assert ways_on(visitor)[0] == BY_CODE
        assert len(ways_on(visitor)) == 5


def test_ways_in_are_read_wherever_the_request_is(one, water):
    stranger().open(one.reference)
    hand_over(one, water)
    visitor = stranger()
    visitor.open(one.reference, one.receipt_code)

    assert sorted(ways_on(visitor)) == sorted([BY_CODE, BY_EMAIL])
    data = json.loads(visitor.see("case/dossier.json").content)
    assert sorted(one["who"] for one in data["openings"]) == sorted([BY_CODE, BY_EMAIL])
    token = {"authorization": f"Bearer {one.token}"}
    told = stranger().client.get("/api/v1/tracking/case/", headers=token).json()["openings"]
    assert sorted(one["opened_by"] for one in told) == ["email", "receipt"]


def test_a_miss_leaves_no_line_and_a_line_says_no_place(one):
    stranger().open(one.reference, "someone@example.org")
    assert not RouteOpening.objects.exists()

    stranger().open(one.reference)
    names = {field.name for field in RouteOpening._meta.concrete_fields}
    assert names == {"id", "route", "opened_by", "day", "at"}
    assert RouteOpening.objects.count() == 1
