"""An agency whose staff have no administrator: found by what was measured, and said plainly."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.kernel import clock
from tenants.fleet.enums import HealthIssue
from tenants.fleet.services.health.agency_list import agency_health, fleet
from tenants.fleet.services.health.usage import usage_measure
from tenants.fleet.types import FleetQuery
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, AgencyUsage
from tenants.models.enums import AgencyState
from tests.public_portal.oversight.conftest import anybody, signed_in
from tests.support.factories import staff

__all__ = ["anybody", "signed_in"]

pytestmark = pytest.mark.django_db


def found():
    return [agency.code for agency in fleet(query=FleetQuery(is_unhealthy=True))]


@pytest.fixture
def without(roads, water):
    """An agency with an agent alone; its neighbour has an administrator."""
    staff(roads, Role.AGENT)
    staff(water, Role.ADMINISTRATOR)
    for agency in (roads, water):
        usage_measure(agency=agency)
    return roads


def test_staff_without_an_administrator_need_action(without):
    assert agency_health(code="roads").issues == (HealthIssue.NO_ADMINISTRATOR,)
    assert agency_health(code="water").issues == ()
    assert found() == ["roads"]


def test_deactivated_administrator_does_not_count(without):
    staff(without, Role.ADMINISTRATOR)
    with agency_context(without):
        User.objects.filter(role=Role.ADMINISTRATOR).update(is_active=False)

    usage_measure(agency=without)

    assert found() == ["roads"]


def test_invited_administrator_without_a_password_counts(without):
    invited = staff(without, Role.ADMINISTRATOR)
    with agency_context(without):
        invited.set_unusable_password()
        invited.save()

    usage_measure(agency=without)

    assert found() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AgencyState.SUSPENDED, "state_since": clock.now()},
        {"taken_over_at": clock.now()},
    ],
)
def test_closed_or_taken_over_agency_is_not_asked_for_one(without, changes):
    Agency.objects.filter(pk=without.pk).update(**changes)

    assert HealthIssue.NO_ADMINISTRATOR not in agency_health(code="roads").issues
    assert found() == []


def test_agency_measured_before_administrators_were_counted_is_not_judged(without):
    AgencyUsage.objects.filter(agency=without).update(administrators=None)

    assert found() == []


@pytest.mark.parametrize(("role", "links"), [(Role.OPERATOR, 1), (Role.ANALYST, 0)])
def test_page_says_what_to_do_and_links_for_who_may(signed_in, without, role, links):
    client = signed_in(role)
    client.cookies["language"] = "en"

    page = client.get("/agencies/roads/workspace/").content.decode()
    other = client.get("/agencies/water/workspace/").content.decode()

    assert "then invite that person as an administrator." in page
    notice = page.partition('<div class="notice notice-warn">')[2].partition("</div>")[0]
    assert notice.count('href="/agencies/roads/workspace/invite/"') == links
    assert "then invite that person as an administrator." not in other


def test_list_enters_no_schema_of_an_agency(signed_in, without):
    client = signed_in(Role.OPERATOR)

    with CaptureQueriesContext(connection) as asked:
        client.get("/agencies/", {"unhealthy": "on"})

    assert [one["sql"] for one in asked.captured_queries if "a_roads" in one["sql"]] == []
