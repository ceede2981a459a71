"""How many statements the pages cost that most citizens open."""

import pytest

from tests.public_portal.intake.journey import Citizen, hidden
from tests.public_portal.tracking.visits import Visitor
from tests.shared.register.factories import registered, story
from tests.support.factories import articles_loaded, filed, organisation_of

pytestmark = pytest.mark.django_db

# Two requests, one answered: with figures, all parts of a page are shown.
STORIES = (story(("received", 0), ("answered", 5)), story(("received", 0)))


@pytest.fixture
def portal(roads, water):
    """Two bodies, their figures, and answers to read."""
    for agency in (roads, water):
        organisation_of(agency)
        registered(agency, *STORIES)
    articles_loaded()


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("first page", "/fr/"), ("directory", "/fr/organisations/"),
        ("statistics", "/fr/statistics/"), ("answers", "/fr/answers/"),
        ("first question of the form", "/fr/submit/"), ("entrance of tracking", "/fr/track/"),
    ],
)  # fmt: skip
def test_pages_that_anybody_opens(client, portal, page, path, statement_count):
    client.get(path)

    with statement_count(f"citizen: {page}"):
        assert client.get(path).status_code == 200


def test_a_filing(client, portal, roads, statement_count):
    citizen = Citizen(client=client, remembers=True)
    citizen.answer_all()
    citizen.send()
    citizen.answer_all()
    form = hidden(citizen.see("check/"))

    with statement_count("citizen: a filing"):
        assert citizen.post(citizen.url("check/"), form).status_code == 302


def test_the_tracking_page(client, roads, water, statement_count):
    filed(water)
    receipt = filed(roads)
    visitor = Visitor(client=client)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.see()

    with statement_count("citizen: tracking page"):
        assert visitor.see().status_code == 200
