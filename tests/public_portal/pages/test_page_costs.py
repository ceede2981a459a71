"""What each page costs: who pays is a page, never a person, an agency or an address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.kernel import clock
from shared.ui import page_costs
from shared.ui.page_costs import METHODS, page_counters, page_counters_share, page_names
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counters_of_this_test(monkeypatch):
    monkeypatch.setattr(page_costs, "_shared", None)


def costs():
    return {one.page: one for one in page_counters().costs()}


def test_a_request_is_counted_for_its_method_and_the_name_of_its_address(client):
    client.get("/en/organisations/roads/")
    client.get("/fr/organisations/water/")
    client.post("/fr/organisations/water/")

    found = costs()

    assert {page: one.requests for page, one in found.items()} == {
        "GET pages:organisation": 2, "POST pages:organisation": 1,
    }  # fmt: skip


def test_a_page_is_charged_with_its_statements_and_their_rows(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/en/organisations/roads/")

    (cost,) = costs().values()
    assert cost.statements == len(asked) > 0
    assert cost.rows > 0
    assert cost.processor_seconds > 0
    assert cost.elapsed_seconds > 0


def test_the_dearest_page_stands_first(client):
    counters = page_counters().counters
    counters.add(("GET", "pages:home"), 9, 0.2, 0.2, 0, 0)
    counters.add(("GET", "pages:about"), 1, 0.3, 0.3, 0, 0)

    assert [one.page for one in page_counters().costs()] == ["GET pages:about", "GET pages:home"]


def test_a_page_from_memory_is_counted_as_the_page_that_it_is(settings):
    settings.FIGURES_SECONDS = 60
    settings.ADDRESS_BOOK_SECONDS = 5
    reader = Client(headers={"host": "testserver"})

    answers = [reader.get("/fr/") for _ in range(3)]

    assert [len(answer.templates) for answer in answers][1:] == [0, 0]
    assert {page: one.requests for page, one in costs().items()} == {"GET pages:home": 3}


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/wp-login.php", "testserver"), ("/cases/INS-1/", "nobody.testserver"),
        ("/en/no/such/page/", "testserver"), ("/static/none.css", "roads.testserver"),
    ],
)  # fmt: skip
def test_what_is_no_page_stands_under_one_name(client, path, host):
    client.get(path, headers={"host": host})

    assert list(costs()) == ["other"]


def test_any_word_may_be_a_method_and_adds_no_row(client):
    for method in ("HEAD", "PUT", "BREW", "ROADS"):
        client.generic(method, "/healthz")

    assert {page: one.requests for page, one in costs().items()} == {"other healthz": 4}


def test_rows_are_bounded_by_the_addresses_of_the_code(client, roads):
    for number in range(20):
        client.get(f"/en/organisations/body-{number}/")
        client.get(f"/en/track/INS-{number}/")

    assert len(costs()) <= 2
    known = {"other"} | {f"{method} {name}" for name in page_names() for method in METHODS}
    assert costs().keys() <= known


def test_no_row_names_an_agency_or_a_request(client, roads):
    receipt = filed(roads)
    visitor = Visitor(client)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.see()

    page = client.get("/metrics").content.decode()

    lines = [line for line in page.splitlines() if line.startswith("insaf_page_")]
    assert any("tracking:" in line for line in lines)
    for word in ("roads", "testserver", receipt.reference):
        assert [line for line in lines if word in line] == []


def test_every_page_can_be_told_from_the_others():
    assert len(page_names()) > 300
    assert {"pages:home", "casework:show-case", "agencies:list-agencies"} <= page_names()


def test_the_counters_tell_since_when_they_count():
    before = clock.now()

    page_counters_share(processes=3)

    assert timedelta(0) <= page_counters().since - before < timedelta(minutes=1)
