"""FS14: national oversight's list of late replies, of what the register knows alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import hand_over, request_filed
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

LIST = "/overdue/"
ENGLISH = {"accept-language": "en"}
FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
CANARY = "kanarienvogel"


def late(agency, *, days=0, **changes):
    """A complaint of which oversight was told, that many days after the first ones."""
    with clock.travel(FILED + timedelta(days)):
        reference = filed(agency, **changes).reference
    with clock.travel(FILED + timedelta(75 + days)), agency_context(agency):
        services.cases_escalate(actor=SYSTEM)
    register_project()
    return reference


def test_without_late_replies_the_list_says_so(analyst):
    page = analyst.get(LIST, headers=ENGLISH)

    assert "No late reply was brought to you" in page.text
    assert 'aria-current="page">Late replies' in page.text


def test_fs14_late_replies_are_listed_by_agency_and_reference(analyst, roads, water):
    first, second, third = late(water), late(roads, days=1), late(roads, days=2)

    page = analyst.get(LIST, headers=ENGLISH)

    assert [(one.count.agency_code, one.count.number) for one in page.context["agencies"]] == [
        ("roads", 2),
        ("water", 1),
    ]
    assert [one.case.reference for one in page.context["cases"]] == [first, second, third]
    assert page.context["total"] == 3
    of_roads = analyst.get(f"{LIST}?agency=roads", headers=ENGLISH)
    assert [one.case.reference for one in of_roads.context["cases"]] == [second, third]
    unknown = analyst.get(f"{LIST}?agency=nobody", headers=ENGLISH)
    assert len(unknown.context["cases"]) == 3


def test_a_late_case_that_moved_stands_there_since_its_move(analyst, roads, water):
    with clock.travel(FILED):
        one = request_filed(roads)
    moved = FILED + timedelta(80)
    with clock.travel(moved):
        hand_over(one, water)
        with agency_context(water):
            services.cases_escalate(actor=SYSTEM)
        register_project()

    page = analyst.get(LIST, headers=ENGLISH)

    (line,) = page.context["cases"]
    assert (line.case.reference, line.case.filed_on) == (one.reference, moved.date())
    # It was filed elsewhere, and earlier.
    assert "With the administration since" in page.text
    assert "Filed on" not in page.text


def test_a_late_reply_leaves_the_list_with_its_reply(analyst, roads):
    reference, officer = late(roads), staff(roads)
    with agency_context(roads), clock.travel(FILED + timedelta(80)):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )
    register_project()

    assert "No late reply was brought to you" in analyst.get(LIST, headers=ENGLISH).text


def test_fs14_nothing_of_the_citizen_and_no_free_text_is_shown(analyst, roads):
    party = PartyDraft(name=CANARY, email=f"{CANARY}@example.org", phone="0600000000")
    texts = dict.fromkeys(("subject", "body", "remedy", "place"), f"{CANARY} and more words")
    late(roads, party=party, **texts)

    page = analyst.get(LIST, headers=ENGLISH).text

    assert [word for word in (CANARY, "0600000000", "more words") if word in page] == []


@pytest.mark.parametrize("role", [Role.OPERATOR])
def test_only_analysts_read_it(signed_in, roads, role):
    late(roads)

    assert signed_in(role).get(LIST).status_code == 403


def test_fs14_the_list_costs_as_many_queries_for_one_case_as_for_fifty(analyst, roads, water):
    def asked():
        analyst.get(LIST)
        with CaptureQueriesContext(connection) as found:
            page = analyst.get(LIST)
        return len(found), len(page.context["cases"])

    late(roads)
    one = asked()
    for number in range(49):
        with clock.travel(FILED + timedelta(minutes=number)):
            filed(water)
    late(water)
    many = asked()

    assert (one[1], many[1]) == (1, 50)
    assert one[0] == many[0]
