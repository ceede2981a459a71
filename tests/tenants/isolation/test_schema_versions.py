"""While an agency's tables are older than the code, its console waits and citizens lose nothing."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tenants.isolation.errors import AgencyUpdating
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency
from tests.support.factories import filed

CITIZENS = {"host": "testserver"}
FILED = {
    "organisation": "roads",
    "kind": "complaint",
    "language": "en",
    "privacy": "named",
    "subject": "Dark street",
    "body": "The lamp has been out for a month.",
    "party": {"name": "Test Person", "email": "person@example.org"},
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def behind(roads, water):
    """Roads, at a version that this code does not know; water stands beside it as it should."""
    Agency.objects.filter(pk=roads.pk).update(version="0" * 64)
    roads.refresh_from_db()
    return roads


def test_the_console_of_an_agency_that_is_behind_says_when_to_come_back(client, behind):
    page = client.get("/accounts/login/", headers={"host": "roads.testserver"})

    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "تحديث" in page.content.decode()
    assert client.get("/accounts/login/", headers={"host": "water.testserver"}).status_code == 200


def test_nothing_enters_an_agency_that_is_behind(behind):
    with pytest.raises(AgencyUpdating), agency_context(behind):
        pass


def test_the_citizens_site_goes_on_and_other_agencies_receive(client, behind, water):
    assert client.get("/ar/", headers=CITIZENS).status_code == 200
    assert len(filed(water).reference) == 16


def test_filing_to_an_agency_that_is_behind_is_put_off_and_files_nothing(client, behind):
    answer = client.post(
        "/api/v1/complaints/", FILED, content_type="application/json", headers=CITIZENS
    )

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert [error["code"] for error in answer.json()["errors"]] == ["agency_updating"]


def test_prepare_refuses_a_database_from_before_the_migrations_began_anew(db):
    with as_owner():
        MigrationRecorder(connection).record_applied("tenants", "0001_address_book")

    with pytest.raises(CommandError, match="--reset"):
        call_command("prepare")
