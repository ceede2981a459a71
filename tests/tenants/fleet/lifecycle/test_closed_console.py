"""What is left to the staff of a suspended or archived agency, and what its page says."""

import pytest

from shared.accounts.enums import Role
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState
from tests.support.factories import PASSWORD, filed, staff
from tests.support.sampling import repeats
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

CLOSED = [AgencyState.SUSPENDED, AgencyState.ARCHIVED]
HOST = {"host": "roads.testserver"}
WHY = "Le paiement manque <depuis> mars."


def close(agency, state):
    Agency.objects.filter(pk=agency.pk).update(
        state=state, state_reason=WHY, state_since=clock.now()
    )


@pytest.mark.parametrize("state", repeats(CLOSED, keep=1))
@pytest.mark.parametrize(
    "path", ["/", "/cases/1234567890123456/", "/desk/", "/reports/", "/staff/", "/setup/", "/no/"]
)
def test_nothing_of_the_work_is_open(client, roads, state, path):
    user = staff(roads, Role.ADMINISTRATOR)
    with agency_context(roads):
        open_session(client, user)
    close(roads, state)

    assert client.get(path, headers=HOST).status_code == 503
    assert client.post(path, headers=HOST).status_code == 503


@pytest.mark.parametrize("state", CLOSED)
def test_the_way_in_and_out_is_open_and_so_are_the_bill_and_the_data(client, roads, state):
    user = staff(roads, Role.ADMINISTRATOR)
    close(roads, state)

    given = {"login": user.email, "password": PASSWORD}
    assert client.get("/accounts/login/", headers=HOST).status_code == 200
    assert client.post("/accounts/login/", given, headers=HOST).status_code == 302
    for path in ("/billing/", "/leaving/"):
        # Whatever its page answers: no closed page stands before it.
        assert client.get(path, headers=HOST).status_code != 503
    assert client.post("/accounts/logout/", headers=HOST).status_code == 302


def test_the_page_says_why_since_when_and_whom_to_write_to(client, roads, settings):
    settings.OVERSIGHT_EMAIL = "oversight@insaf.example"
    close(roads, AgencyState.SUSPENDED)

    page = client.get("/", headers=HOST).content.decode()

    # In each of the three languages.
    assert page.count("Le paiement manque &lt;depuis&gt; mars.") == 3
    assert page.count('href="mailto:oversight@insaf.example"') == 3
    for name in ("الطرق", "Routes", "Roads"):
        assert f"<bdi>{name}</bdi>" in page
    assert page.count(str(clock.today().year)) == 3


def test_the_host_of_a_destroyed_agency_is_nobodys(client, roads):
    Domain.objects.filter(tenant=roads).delete()
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.DESTROYED)

    assert client.get("/", headers=HOST).status_code == 404


@pytest.mark.parametrize("state", CLOSED)
def test_citizens_are_served_as_before(client, roads, state):
    close(roads, state)

    assert filed(roads).agency_code == "roads"
