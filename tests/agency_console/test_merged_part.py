"""A part is worked on with another request: an officer wrote its words, and each place says so."""

import pytest
from django.utils.translation import override

from agency_console.bulk_actions.services.list_files import _Names
from tenants.case_access.presenters import officer_words
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.agency_console.test_merge import in_arabic, merge
from tests.support.custody import request_filed
from tests.support.factories import filed_and_proved, mailbox_answered
from tests.support.parts import WATER, WHOLE, accept, split

pytestmark = pytest.mark.django_db


@pytest.fixture
def part(roads, water):
    """A part that was cut out of a request to another agency, and taken over here."""
    one = request_filed(water, body=WHOLE)
    mailbox_answered(one.reference)
    made = split(one, roads)
    accept(made, roads)
    return made


def test_words_of_an_officer_are_theirs_in_a_part_that_is_merged(console, agent, roads, part):
    main = filed_and_proved(roads).reference
    with override("ar"):
        words = officer_words(is_part=True, agency_code="water", language="ar")

    compared = text_of(console.get(f"/cases/{main}/merge/?with={part}"))
    merge(console, main, part)
    page = text_of(console.get(f"/cases/{main}/"))

    assert words in compared
    told = page[: page.index(WATER)].rpartition("message-head")[2]
    assert words in told
    assert in_arabic("What the citizen wrote") not in told


def test_words_of_an_officer_are_theirs_in_a_list_as_a_file(console, agent, roads, part):
    with agency_context(roads), override("en"):
        subject = _Names().line(console.case(part))[2]

    assert subject == "Brown water (part, words of an officer)"
