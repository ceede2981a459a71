"""Rows that no reader could live with: an agency's role may not write them into ``public``."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DataError, IntegrityError
from django.test import Client

from shared.complaints.enums import Privacy
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.register.models import RegisterCase, RegisterOutbox
from shared.register.services import register_project
from tenants.case_access.services.party_encryption import identity_of
from tenants.fleet.services.health.summary import health_summary
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import EncryptedParty
from tests.public_portal.tracking.visits import EMAIL
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

# Python ends at the year 9999 and begins at 1; a civil day in Morocco needs a little less still.
MOMENTS = [
    "infinity", "-infinity", "0001-01-01", "9999-12-31 23:59", "20000-01-01", "4000-01-01 BC",
    "1999-12-31", "2100-01-01",
]  # fmt: skip
REFERENCES = [
    "",
    " ",
    "123456789012345",
    "x234567890123456",
    "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦",
    "12345678901234\n",
]
GOOD = "1234567890123456"
ROWS = {
    "tenants_route": (
        "reference, schema_name, nonce, receipt_digest, created_at", "%s, 'a_roads', '', '', %s",
    ),
    "tenants_sealedparty": ("reference, key_id, sealed, created_at", "%s, 'x', '', %s"),
    "tenants_submissionkey": ("route_id, digest, fingerprint, created_at", "%s, '', '', %s"),
    "register_registeroutbox": (
        "reference, at, event_id, position, organisation_code, kind, category_code, language,"
        " event, status, outcome",
        f"%s, %s, '{uuid7()}', 1, 'roads', 'complaint', '', 'fr', 'received', 'received', ''",
    ),
}  # fmt: skip
each_table = pytest.mark.parametrize("table", sorted(ROWS))


def write(agency, table, *values):
    columns, places = ROWS[table]
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)


@each_table
def test_a_row_of_our_time_about_a_request_is_taken(roads, table):
    write(roads, table, GOOD, "2026-01-01")


@each_table
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_row_has_a_moment_that_cannot_be_read(roads, table, moment):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        write(roads, table, GOOD, moment)


@pytest.mark.parametrize("table", sorted(set(ROWS) - {"tenants_submissionkey"}))
@pytest.mark.parametrize("reference", REFERENCES)
def test_no_row_is_about_something_that_is_no_reference(roads, table, reference):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        write(roads, table, reference, "2026-01-01")


@pytest.mark.parametrize(
    "column", ["position = 0", "position = -1", "handling = 0", "handling = 6"]
)
def test_what_the_register_counts_with_is_bounded(roads, column):
    name, _equals, value = column.partition(" = ")
    columns, places = ROWS["register_registeroutbox"]
    if name in columns:
        places = places.replace(" 1,", f" {value},")
    else:
        columns, places = f"{columns}, {name}", f"{places}, {value}"
    statement = f"INSERT INTO register_registeroutbox ({columns}) VALUES ({places})"
    with (
        agency_context(roads),
        connection.cursor() as cursor,
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        cursor.execute(statement, [GOOD, "2026-01-01"])


def test_a_route_of_no_reference_swallows_no_letter(roads, mailoutbox):
    """Were the row there, as before there were bounds: a letter of no case has no route."""
    unbounded("tenants_route", "route_is_of_a_reference")
    write(roads, "tenants_route", "", "2026-01-01")

    Client(headers={"host": "testserver"}).post("/fr/account/sign-in/", {"email": "a@example.org"})
    run_queue()

    assert [message.to for message in mailoutbox] == [["a@example.org"]]


def unbounded(table, *constraints):
    """Take a bound away, for this test."""
    with as_owner(), connection.cursor() as cursor:
        # Or PostgreSQL refuses to change a table that has been written to meanwhile.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def news(agency, reference, moment):
    write(agency, "register_registeroutbox", reference, moment)


@pytest.mark.parametrize("reference", [GOOD, "own"])
def test_news_of_no_time_holds_up_nobody(roads, water, reference):
    """Were there no bounds: one row after another, only the bad one stays."""
    own = filed(roads).reference
    register_project()
    unbounded("register_registeroutbox", "register_outbox_in_our_time")
    news(roads, own if reference == "own" else reference, "9999-12-31 23:59+00")
    mine, theirs = filed(roads).reference, filed(water).reference

    while register_project():
        pass

    known = RegisterCase.objects.values_list("reference", flat=True)
    assert set(known) >= {own, mine, theirs}
    # Read as the last moment that there is, it is one more row of its own agency.
    assert not RegisterOutbox.objects.exists()
    assert (health_summary().register_set_aside, health_summary().register_waiting) == (0, 0)


@pytest.mark.parametrize("moment", ["20000-01-01", "infinity", "9999-12-31 23:59+00"])
def test_an_event_of_no_time_leaves_the_others_to_be_rebuilt(roads, water, moment):
    mine, theirs = filed(roads).reference, filed(water).reference
    register_project()
    unbounded("a_roads.complaints_complaintevent", "event_values")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE a_roads.complaints_complaintevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE a_roads.complaints_complaintevent SET at = %s", [moment])
    RegisterCase.objects.filter(agency_code="water").delete()

    call_command("rebuild_register")

    known = RegisterCase.objects.values_list("agency_code", "reference")
    assert set(known) == {("roads", mine), ("water", theirs)}


def test_a_seal_of_rubbish_does_not_keep_others_from_a_new_key(roads, water, settings):
    """Laid before there were bounds, upon another agency's case, or upon one's own."""
    hidden = filed(water, privacy=Privacy.CONFIDENTIAL).reference
    open_case, own = filed(water).reference, filed(roads).reference
    write(roads, "tenants_sealedparty", open_case, "2026-01-01")
    EncryptedParty.objects.create(
        reference=own,
        schema_name=roads.schema_name,
        key_id="any",
        sealed=b"rubbish",
        created_at=clock.now(),
    )
    settings.VAULT_KEY_PREVIOUS, settings.VAULT_KEY = settings.VAULT_KEY, "another key " * 4
    with agency_context(water):
        connection.cursor().execute(
            "UPDATE complaints_complaint SET privacy = 'confidential' WHERE reference = %s",
            [open_case],
        )

    said = io.StringIO()
    with pytest.raises(CommandError, match="1 seals were left"):
        call_command("seal_parties", stdout=said)

    assert said.getvalue() == "2 identities sealed\n"
    settings.VAULT_KEY_PREVIOUS = ""
    assert identity_of(reference=hidden).email == EMAIL
    assert identity_of(reference=open_case).email == EMAIL
