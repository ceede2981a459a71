"""An administrator can ask everybody in a workspace for a second step."""

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import console
from tests.agency_console.test_sign_in import ACTIVATE
from tests.public_portal.account.test_sites import at
from tests.support.factories import PASSWORD, staff

__all__ = ["console"]

pytestmark = pytest.mark.django_db

SWITCH = "/setup/second-step/"


def test_from_then_on_a_password_alone_opens_nothing(roads):
    person = staff(roads, Role.ADMINISTRATOR)
    client = at("roads.testserver")
    client.defaults["REMOTE_ADDR"] = "10.2.0.1"
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    before = client.get("/").status_code

    client.post(SWITCH, {"needed": "yes"})
    after = [client.get(path) for path in ("/", "/setup/", "/staff/")]

    assert before == 200
    assert [(page.status_code, page["Location"]) for page in after] == [(302, ACTIVATE)] * 3
    assert Agency.objects.get(pk=roads.pk).needs_second_step
    with agency_context(roads):
        assert AuditEntry.objects.filter(action="agency.second_step_on").count() == 1


def test_another_workspace_is_as_before(console, water):
    console.sign_in_as(Role.ADMINISTRATOR)
    console.post(SWITCH, {"needed": "yes"})

    assert not Agency.objects.get(pk=water.pk).needs_second_step


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_nobody_but_an_administrator_chooses(console, roads, role):
    console.sign_in_as(role)

    page = console.post(SWITCH, {"needed": "yes"})

    assert page.status_code == 403
    assert not Agency.objects.get(pk=roads.pk).needs_second_step
