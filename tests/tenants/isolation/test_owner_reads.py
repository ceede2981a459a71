"""What whoever has the whole database reads in it, and what lies under keys that are not in it."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.enums import Privacy
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.isolation.schema_switch import agency_context, connection as schemas
from tests.support.factories import PASSWORD, filed, staff
from tests.support.sessions import open_session
from tests.tenants.case_access.test_identity import SECRETS, WHO, found_in

pytestmark = pytest.mark.django_db

STORY = "The lamp before number twelve has been out since March"
APP_KEY = "D" * 32


@pytest.fixture
def signed_in(roads):
    """Somebody of staff with a password and an app, signed in."""
    person = staff(roads, Role.AGENT)
    client = Client(headers={"host": "roads.testserver"})
    with agency_context(roads):
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.TOTP, data={"secret": APP_KEY}
        )
        open_session(client, person)
    return client


def read_by_the_owner():
    """Every row of every schema, as text."""
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
            " AND (n.nspname = 'public' OR starts_with(n.nspname, 'a_'))"
        )
        rows = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows[table] = "\n".join(text for (text,) in cursor.fetchall()).lower()
    return rows


def test_the_database_opens_neither_sealed_identities_nor_requests(roads, signed_in):
    hidden = filed(roads, privacy=Privacy.CONFIDENTIAL, party=WHO, body=STORY)
    token = gateway.tracking_open(
        reference=hidden.reference, kind=KeyKind.RECEIPT, value=hidden.receipt_code
    ).token
    grouped = " ".join(hidden.receipt_code[at : at + 4] for at in range(0, 16, 4))
    keys = (settings.SECRET_KEY, settings.LOOKUP_KEY, settings.VAULT_KEY)

    rows = read_by_the_owner()

    assert found_in(rows, (*SECRETS, hidden.receipt_code, grouped, token, PASSWORD, *keys)) == []
    # It does see what lies open.
    assert found_in(rows, (STORY,)) != []


def test_the_database_shows_named_citizens_sessions_and_the_keys_of_apps(roads, signed_in):
    """Not a promise but its limit: the threat model says so."""
    filed(roads, party=WHO, body=STORY)
    session = signed_in.cookies["sessionid"].value

    rows = read_by_the_owner()

    assert {word for _table, word in found_in(rows, (WHO.name, STORY, session, APP_KEY))} == {
        WHO.name, STORY, session, APP_KEY,
    }  # fmt: skip


def test_the_owner_of_the_tables_can_change_a_log_and_nothing_shows_it(roads):
    """Neither is this: until the signed public log there is no proof against the owner."""
    staff(roads)
    with agency_context(roads):
        number = AuditEntry.objects.latest("pk").pk
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM a_roads.audit_auditentry WHERE id = %s", [number])
        assert cursor.rowcount == 1

    with agency_context(roads):
        assert not AuditEntry.objects.filter(pk=number).exists()
