"""What an officer reads of a named citizen's address: whether letters reach them."""

import pytest

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tests.agency_console.conftest import text_of
from tests.support.factories import draft, filed

pytestmark = pytest.mark.django_db

WAITS = "has not confirmed this e-mail address yet"
BY_PHONE = "Telephone only: no e-mail reaches this person"
CALL = "If it is urgent, call."
BOTH = PartyDraft(name="Nadia Test", email="nadia@example.org", phone="+212600000000")


@pytest.fixture
def english(console, agent):
    """The console as an English-speaking officer reads it."""
    console.client.cookies["language"] = "en"
    return console


def page_of(english, reference):
    return text_of(english.get(f"/cases/{reference}/"))


def unproved(agency, **changes):
    what = draft(agency, **{"party": BOTH, **changes})
    return gateway.complaint_file(draft=what, actor=CITIZEN).reference


def said(page):
    return [words for words in (WAITS, BY_PHONE, CALL) if words in page]


def test_of_an_address_that_is_not_proved_the_officer_is_told(english, roads):
    assert said(page_of(english, unproved(roads))) == [WAITS, CALL]


def test_without_a_number_nobody_is_told_to_call(english, roads):
    reference = unproved(roads, party=PartyDraft(name="Nadia Test", email="nadia@example.org"))

    assert said(page_of(english, reference)) == [WAITS]


def test_of_a_proved_address_nothing_is_said(english, roads):
    assert said(page_of(english, filed(roads, party=BOTH).reference)) == []


def test_with_a_telephone_alone_the_officer_is_told_to_call(english, roads):
    party = PartyDraft(name="Nadia Test", phone="+212600000000")

    assert said(page_of(english, filed(roads, party=party).reference)) == [BY_PHONE]


@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_of_who_hides_their_name_nothing_is_said(english, roads, privacy):
    assert said(page_of(english, unproved(roads, privacy=privacy))) == []
