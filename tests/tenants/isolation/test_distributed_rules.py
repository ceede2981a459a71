"""What a distributed engine asks of the code, held on plain PostgreSQL (docs/runbooks/cluster.md).

Other tests check the rest: a creation that died is resumed (test_provisioning), events are kept by
grants and not by triggers (test_database_roles), the register is what national pages read
(tests/shared/register).
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message
from shared.kernel.references import reference_make, reference_parse
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.fleet.services.schema_template import template_version
from tenants.isolation.checks import schema_faults
from tenants.isolation.schema_switch import as_owner
from tenants.models import Route
from tests.support.agency_states import lives_of_cases

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
HOUSES = ("config", "shared", "tenants", "public_portal", "agency_console")
ACTIVE_PARTS = (
    "SELECT 'trigger ' || tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = {0} AND NOT tgisinternal"
    " UNION SELECT 'rule ' || rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relnamespace = {0}"
    " UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = {0} ORDER BY 1"
)
CALL = re.compile(r'([a-z_]+)"?\(', re.IGNORECASE)
CLOCK = {"now", "transaction_timestamp", "statement_timestamp", "to_timestamp"}
BARE_CLOCK = re.compile(r"\b(CURRENT_(TIMESTAMP|DATE|TIME)|LOCALTIME(STAMP)?)\b")
# Everything that may stand in the script of a new schema; it is plain DDL and one counter.
MAY_BE_CREATED = (
    r'CREATE TABLE "\w+" \(',
    r"CREATE (UNIQUE )?INDEX \w+ ON \w+ USING (btree|gin) ",
    r'ALTER TABLE "\w+" ADD CONSTRAINT \w+ FOREIGN KEY ',
    r'INSERT INTO "\w+" \([\w, ]+\) OVERRIDING SYSTEM VALUE VALUES ',
    r"SELECT setval\(pg_get_serial_sequence\('\"\w+\"', '\w+'\), \d+\)$",
)
# Locks of the whole database, which every node but the primary ignores. None keeps a case right.
ADVISORY_LOCKS = {
    "public_portal/workspace_requests/services/request_review.py": "one approval at a time",
    "shared/complaints/services/worker_locks.py": "one letter of an hour, one of a step",
    "shared/jobs/services/job_runner.py": "one process at a job; its steps are safe to repeat",
    "shared/register/services.py": "one collector at a time; two would fold a case by halves each",
    "tenants/billing/services/order_lock.py": "one order of an agency: one subscription",
    "tenants/fleet/services/migrator/fleet_migration.py": "one run of migrate_agencies at a time",
}
# What the fixture of that name has heard: the same for every test.
SAID: list[str] = []


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def active_parts(schema):
    return [name for (name,) in ask(ACTIVE_PARTS.format(f"'{schema}'::regnamespace"))]


@pytest.fixture
def said(roads, water):
    """Every statement of whole lives of cases in two agencies, and of the register's work on them.

    Nothing wrong is found in nothing, too: so its size is looked at.
    """
    if SAID:
        return SAID
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        statements.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for agency in (roads, water):
            lives_of_cases(agency)
        register_project(limit=1000)
        call_command("rebuild_register", stdout=StringIO())
    assert sum("complaints_complaint" in one for one in statements) > 50
    SAID.extend(statements)
    return SAID


def volatile_calls(statement):
    """The functions in a statement whose result a second run would not repeat."""
    names = {name.lower() for name in CALL.findall(statement)}
    volatile = ask(
        "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND proname = ANY(%s)",
        sorted(names),
    )
    bare = {found[0] for found in BARE_CLOCK.findall(statement)}
    return {name for (name,) in volatile} | names & CLOCK | bare


def test_no_key_leads_from_an_agency_to_another_schema_nor_back():
    assert schema_faults() == []


@pytest.mark.parametrize("schema", ["a_roads", "a_water"])
def test_nothing_in_an_agency_acts_by_itself(schema):
    assert active_parts(schema) == []


def test_a_trigger_a_rule_and_a_function_would_be_seen():
    with as_owner():
        ask("CREATE FUNCTION a_roads.act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'")
        ask(
            "CREATE TRIGGER acting BEFORE INSERT ON a_roads.mail_mail"
            " EXECUTE FUNCTION a_roads.act()"
        )
        ask("CREATE RULE quiet AS ON DELETE TO a_roads.mail_mail DO INSTEAD NOTHING")

    assert active_parts("a_roads") == ["function act", "rule quiet", "trigger acting"]


def test_no_update_calls_a_function_that_would_answer_otherwise_on_another_node(said):
    updates = [one for one in said if re.search(r"\bUPDATE\b.*\bSET\b", one, re.DOTALL)]

    assert len(updates) > 10
    assert [(one, volatile_calls(one)) for one in updates if volatile_calls(one)] == []


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("now()", {"now"}),
        ("random()", {"random"}),
        ("nextval('x')", {"nextval"}),
        ("gen_random_uuid()", {"gen_random_uuid"}),
        ("CURRENT_TIMESTAMP", {"CURRENT_TIMESTAMP"}),
        ("lower(subject)", set()),
    ],
)
def test_a_function_that_answers_otherwise_would_be_seen(expression, found):
    assert volatile_calls(f"UPDATE complaints_complaint SET x = {expression}") == found


def test_no_statement_names_two_agencies(said):
    agencies = re.compile(r'\b(a_roads|a_water)"?\.')

    assert [one for one in said if len(set(agencies.findall(one))) > 1] == []


def test_a_new_schema_is_plain_ddl():
    with as_owner():
        statements = template_version().script.split(";\n")

    strange = [one for one in statements if not any(re.match(w, one) for w in MAY_BE_CREATED)]
    copying = [one for one in statements if re.search(r"\b(LIKE|INHERITS|PARTITION)\b", one)]
    assert len(statements) > 30
    assert (strange, copying) == ([], [])


def test_a_new_schema_calls_no_function_that_answers_otherwise_but_the_counter():
    with as_owner():
        statements = template_version().script.split(";\n")

    called = {name for one in statements for name in volatile_calls(one)}
    assert called == {"setval"}


@pytest.mark.parametrize("model", [Attachment, ComplaintEvent, Message])
def test_what_people_may_name_has_an_identifier_made_in_python(model):
    key = model._meta.pk

    assert isinstance(key, models.UUIDField)
    assert key.db_default is models.NOT_PROVIDED
    assert [row for row in identities() if row[0] == model._meta.db_table] == []


def test_references_are_random_and_come_from_no_counter(roads):
    made = [reference_make() for _ in range(200)]
    steps = {int(later) - int(one) for one, later in pairwise(made)}

    assert len(set(made)) == len(steps) + 1 == 200
    assert all(reference_parse(one) == one for one in made)
    for model in (Complaint, Route):
        column = model._meta.get_field("reference")
        assert (column.db_default, column.get_internal_type()) == (
            models.NOT_PROVIDED,
            "CharField",
        )


def identities():
    """Columns that PostgreSQL numbers."""
    return ask(
        "SELECT table_name::text, column_name::text FROM information_schema.columns"
        " WHERE table_schema IN ('public', 'a_roads')"
        " AND (is_identity = 'YES' OR column_default LIKE 'nextval%%')"
    )


def test_the_columns_that_postgresql_numbers_are_keys_of_no_meaning():
    assert len(identities()) > 5
    assert {column for _table, column in identities()} == {"id"}


def test_no_address_of_the_citizens_site_holds_a_number_of_a_row(settings):
    found = [
        pattern
        for pattern in patterns(get_resolver(settings.PUBLIC_SCHEMA_URLCONF))
        if any(isinstance(one, IntConverter) for one in pattern.pattern.converters.values())
    ]

    assert found == []


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def spoken(pattern: str) -> set[str]:
    """Files of the code in which a string matches; comments and names do not count."""
    return {path for path, text in strings() if re.search(pattern, text)}


@cache
def strings() -> list[tuple[str, str]]:
    """Each string of the code with its file."""
    return [
        (str(path.relative_to(ROOT)), node.value)
        for house in HOUSES
        for path in (ROOT / house).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_nobody_listens_for_notifications():
    assert spoken(r"^\s*(UN)?LISTEN\b|^\s*NOTIFY\b|pg_notify\(") == set()


def test_no_statement_merges():
    assert spoken(r"^\s*MERGE\b|\bMERGE INTO\b") == set()


def test_no_function_trigger_or_rule_is_made_but_for_the_session():
    made = spoken(r"\bCREATE\s+(OR REPLACE\s+)?(FUNCTION|PROCEDURE|TRIGGER|RULE|EVENT TRIGGER)\b")

    assert made == {
        # In pg_temp: it looks over the fleet, from the primary, and goes with its connection.
        "tenants/fleet/services/migrator/agency_groups.py",
        # On national tables, which stay on the primary.
        "shared/register/migrations/0001_initial.py",
        "tenants/migrations/0001_initial.py",
        "tenants/migrations/0011_decisions_stay.py",
    }


def test_every_advisory_lock_is_known_and_keeps_no_case_right():
    assert spoken(r"\bpg_(try_)?advisory_") == set(ADVISORY_LOCKS)


def test_no_row_is_inserted_with_what_a_query_within_its_values_finds(said):
    assert [one for one in said if any("SELECT" in given for given in values_of(one))] == []


def values_of(statement: str) -> list[str]:
    """What stands between the parentheses after each VALUES."""
    found = []
    for begin in re.finditer(r"\bVALUES \(", statement):
        depth, end = 1, begin.end()
        while depth and end < len(statement):
            depth += {"(": 1, ")": -1}.get(statement[end], 0)
            end += 1
        found.append(statement[begin.end() : end - 1])
    return found


def test_a_query_within_values_would_be_seen():
    within = "WITH r0 AS (INSERT INTO a VALUES (%s, lower(%s)) RETURNING id)"

    assert values_of(
        f"{within} INSERT INTO b VALUES ((SELECT id FROM r0), %s) RETURNING (SELECT 1)"
    ) == [
        "%s, lower(%s)",
        "(SELECT id FROM r0), %s",
    ]


def test_a_case_is_found_again_by_reference_alone(roads, water):
    """The route leads to one agency; nothing asks all of them."""
    mine, theirs = lives_of_cases(roads)[0], lives_of_cases(water)[0]
    asked: list[str] = []

    def note(execute, sql, params, many, context):
        asked.append(connection.schema_name)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        gateway.receipt_get(reference=mine)

    assert mine != theirs
    assert "a_water" not in asked
