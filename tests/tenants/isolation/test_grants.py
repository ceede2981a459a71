"""What each role may touch, asked of PostgreSQL's own catalog for every table there is."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, connection, transaction
from django_tasks_db.models import DBTaskResult

from shared.kernel.identifiers import uuid7
from shared.mail.tasks import deliver_mail
from shared.register.models import RegisterMonth, RegisterOutbox
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency, Route
from tests.support.factories import filed
from tests.tenants.isolation.test_tasks import enqueue_for, look

pytestmark = pytest.mark.django_db

# Written out, and not read from tenants.isolation.database_roles: a mistake there must not become
# the rule here.
APPEND_ONLY = {"complaints_complaintevent", "audit_auditentry"}
READ, WRITE = ["SELECT"], ["INSERT", "SELECT"]
NATIONAL_RIGHTS = {
    "catalogue_category": READ,
    "catalogue_holiday": READ,
    "catalogue_option": READ,
    "catalogue_question": READ,
    "catalogue_workingterm": READ,
    "directory_alias": READ,
    "answers_article": READ,
    "directory_organisation": READ,
    "django_tasks_database_dbtaskresult": ["INSERT"],
    "register_registercase": READ,
    "register_registermonth": READ,
    "register_registeroutbox": WRITE,
    "tenants_agency": READ,
    "tenants_dataversion": ["INSERT", "SELECT", "UPDATE"],
    "tenants_domain": READ,
    "tenants_route": WRITE,
    "tenants_schemaversion": READ,
    "tenants_sealedparty": ["INSERT"],
    "tenants_submissionkey": ["INSERT"],
}
OWN_ROWS = {
    "django_tasks_database_dbtaskresult",
    "tenants_dataversion",
    "tenants_route",
    "tenants_sealedparty",
    "tenants_submissionkey",
    "register_registercase",
    "register_registereventrow",
    "register_registermonth",
    "register_registeroutbox",
}

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RIGHTS = """
    SELECT replace(r.rolname, current_database() || '_', ''), n.nspname, c.relname,
        array_agg(p.held ORDER BY p.held)
    FROM pg_roles r
    CROSS JOIN pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p(held)
    WHERE starts_with(r.rolname, current_database() || '_')
        AND c.relkind IN ('r', 'p', 'v', 'm')
        AND (n.nspname = 'public' OR starts_with(n.nspname, 'a_'))
        AND has_schema_privilege(r.oid, n.oid, 'USAGE')
        AND (has_table_privilege(r.oid, c.oid, p.held)
            OR p.held = 'INSERT' AND has_any_column_privilege(r.oid, c.oid, p.held))
    GROUP BY 1, 2, 3
"""


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def on_progress(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def rights(canaries, db):
    with as_owner():
        return {(role, schema, table): held for role, schema, table, held in ask(RIGHTS)}


def test_the_matrix_of_rights_covers_every_role_and_schema(rights):
    roles, schemas = ({key[place] for key in rights} for place in (0, 1))

    assert {"public", "a_dunes", "a_oases", "a_reefs", "agencies"} <= roles
    assert {"public", "a_dunes", "a_oases", "a_reefs"} <= schemas
    assert "app" not in roles


def test_no_role_has_a_right_on_a_table_of_another_agency(rights):
    strays = {
        (role, schema, table)
        for role, schema, table in rights
        if schema != "public" and role != schema
    }

    assert strays == set()


def test_no_agency_empties_a_table_and_events_are_only_added_to(rights):
    for (role, schema, table), held in rights.items():
        if role == schema != "public":
            assert "TRUNCATE" not in held
            if table in APPEND_ONLY:
                assert held == ["INSERT", "SELECT"]


def test_of_the_national_tables_an_agency_has_those_that_are_listed(rights):
    held = {
        table: found
        for (role, schema, table), found in rights.items()
        if (role, schema) == ("a_dunes", "public")
    }

    assert held == NATIONAL_RIGHTS


def test_no_agency_chooses_the_number_of_what_it_announces(dunes):
    """By it the register sees what was announced after a departure."""
    columns = ask(
        "SELECT column_name::text FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'register_registeroutbox'"
    )
    names = ", ".join(name for (name,) in columns if name not in ("id", "event_id"))
    into = f"INSERT INTO register_registeroutbox (event_id, {names}"
    copy = f"SELECT gen_random_uuid(), {names}"

    with agency_context(dunes):
        before = RegisterOutbox.objects.count()
        on_progress(f"{into}) {copy} FROM register_registeroutbox")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            on_progress(f"{into}, id) {copy}, 0 FROM register_registeroutbox")
        assert RegisterOutbox.objects.count() == 2 * before > 0


def test_whoever_signs_in_without_a_role_has_nothing(canaries):
    with as_owner():
        found = ask(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
            " aclexplode(c.relacl) a WHERE a.grantee = 0 AND c.relkind = 'r'"
            " AND (n.nspname = 'public' OR starts_with(n.nspname, 'a_'))"
        )

    assert found == []


def test_every_table_of_which_agencies_see_their_own_rows_says_so(canaries):
    with as_owner():
        found = ask(
            "SELECT tablename, array_agg(policyname::text ORDER BY policyname) FROM pg_policies"
            " JOIN pg_class ON relname = tablename AND relrowsecurity"
            " WHERE schemaname = 'public' AND relnamespace = 'public'::regnamespace GROUP BY 1"
        )

    assert dict(found) == {table: ["national", "own"] for table in OWN_ROWS}


def test_of_the_shared_tables_each_agency_sees_its_own_rows(canaries):
    agencies = list(Agency.objects.filter(code__in=canaries).order_by("code"))
    for agency in agencies:
        filed(agency)
    waiting = set(RegisterOutbox.objects.values_list("schema_name", flat=True))
    assert waiting == {agency.schema_name for agency in agencies}

    for agency in agencies:
        with agency_context(agency):
            assert set(RegisterOutbox.objects.values_list("schema_name", flat=True)) == {
                agency.schema_name
            }
            assert set(Route.objects.values_list("agency__code", flat=True)) == {agency.code}
    register_project(limit=1000)
    assert set(RegisterMonth.objects.values_list("agency_code", flat=True)) == set(canaries)
    for agency in agencies:
        with agency_context(agency):
            assert set(RegisterMonth.objects.values_list("agency_code", flat=True)) == {agency.code}


def test_an_agencys_row_does_not_take_its_schema_along(oases):
    with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
        oases.delete(force_drop=True)

    assert ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'a_oases'") == [(1,)]


@pytest.mark.parametrize("inside", [True, False], ids=["agency", "national"])
def test_no_role_makes_a_table_for_the_session(dunes, inside):
    """It would stay on the connection when the next agency comes."""
    with (
        agency_context(dunes) if inside else nullcontext(),
        pytest.raises(ProgrammingError, match="permission denied to create temporary tables"),
        transaction.atomic(),
    ):
        ask("CREATE TEMP TABLE accounts_user AS SELECT * FROM accounts_user")


def test_a_table_made_for_the_session_is_not_read_in_the_place_of_an_agencys(dunes, oases):
    """Where a server grants the right all the same: PostgreSQL would look there first."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE accounts_user AS SELECT * FROM a_dunes.accounts_user")

    with agency_context(oases):
        assert ask("SELECT 'accounts_user'::regclass = 'a_oases.accounts_user'::regclass") == [
            (True,)
        ]


def test_an_agency_sees_no_task(dunes, oases, theirs):
    enqueue_for(look, oases.schema_name, ending=theirs.word)

    with agency_context(dunes), pytest.raises(ProgrammingError, match="permission denied"):
        list(DBTaskResult.objects.values_list("args_kwargs"))


def test_inside_an_agency_no_task_is_enqueued_for_another(dunes):
    number = str(uuid7())
    with agency_context(dunes), pytest.raises(ProgrammingError, match="row-level security"):
        enqueue_for(deliver_mail, "a_oases", mail_id=number)


def test_an_agency_opens_no_route_in_the_name_of_another(dunes, oases):
    route = Route(reference="4815162342108097", agency=oases, nonce=b"x" * 16, created_at=NOW)

    with agency_context(dunes), pytest.raises(ProgrammingError, match="row-level security"):
        route.save(force_insert=True)


def test_an_agency_binds_no_idempotency_key_in_the_name_of_another(dunes, oases, theirs):
    key = [b"x" * 32, b"x" * 32, theirs.reference, oases.schema_name, NOW]

    with agency_context(dunes), pytest.raises(ProgrammingError, match="row-level security"):
        on_progress(
            "INSERT INTO tenants_submissionkey"
            " (digest, fingerprint, route_id, schema_name, created_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            *key,
        )
