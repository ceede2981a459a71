"""What a cluster asks of each statement and transaction, held on plain PostgreSQL.

The other rules are in test_distributed_rules; bin/dev cluster proves them on a real cluster.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django_tenants.utils import schema_context

from shared.kernel.actors import SYSTEM
from shared.register.services import register_project
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.migrator.fleet_migration import fleet_migrate
from tenants.isolation.checks import agency_table_names, public_table_names
from tenants.isolation.database_roles import roles_ensure
from tenants.isolation.schema_switch import as_owner
from tests.support.agencies import future_migrations
from tests.support.agency_states import lives_of_cases
from tests.support.provisioning import agency_create

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
HOUSES = ("shared", "tenants", "public_portal", "agency_console")
DDL = re.compile(r"\b(CREATE|ALTER|DROP)\s+(UNIQUE\s+)?(INDEX|TABLE|SCHEMA|SEQUENCE)\b")
NAMED = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?"?([a-z_]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement, the schema it ran in, and the transaction: a number that no other has."""

    sql: str
    schema: str
    transaction: str


@contextmanager
def listening() -> Iterator[list[Sent]]:
    """Every statement within the block; a test's own transaction counts as none."""
    heard: list[Sent] = []
    depth, alone = len(connection.savepoint_ids), count()

    def note(execute, sql, params, many, context):
        inner: list[str | None] = list(connection.savepoint_ids[depth:])
        if not inner:
            key = f"alone {next(alone)}"
        elif inner[0] is not None:
            key = str(inner[0])
        else:
            # Without a savepoint, and so without a number: the same as before, or a new one.
            same = heard and heard[-1].transaction.startswith("unnumbered")
            key = heard[-1].transaction if same else f"unnumbered {next(alone)}"
        heard.append(Sent(str(sql), connection.schema_name, key))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield heard


@pytest.fixture
def in_a_cluster(monkeypatch):
    """The code is told that its database is one."""
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", True)


@pytest.fixture
def lives(roads, water, in_a_cluster):
    """What whole lives of cases in two agencies send, filing included."""
    with listening() as heard:
        for agency in (roads, water):
            lives_of_cases(agency)
        register_project(limit=1000)
    assert len(heard) > 200
    return heard


def crowded(heard):
    """Statements that change tables in company."""
    return [one.sql for one in heard if DDL.search(one.sql) and ";" in one.sql.rstrip("; \n")]


def test_a_new_agency_is_made_statement_by_statement(in_a_cluster):
    with listening() as heard:
        agency_create(
            info=AgencyInfo(code="dunes", name_ar="x", name_fr="x", name_en="x"), actor=SYSTEM
        )

    assert sum(bool(DDL.search(one.sql)) for one in heard) > 30
    assert crowded(heard) == []


def test_agencies_are_migrated_statement_by_statement(roads, water, in_a_cluster):
    with future_migrations(), listening() as heard:
        report = fleet_migrate(connections=1)

    assert report.migrated == ["roads", "water"]
    assert sum(bool(DDL.search(one.sql)) for one in heard) > 2
    assert crowded(heard) == []


def test_company_would_be_seen(in_a_cluster):
    with as_owner(), listening() as heard, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE x (y int); CREATE INDEX z ON x (y)")

    assert len(crowded(heard)) == 1


def transactions_in_several(heard):
    """Transactions that send statements in the schemas of two agencies."""
    schemas = defaultdict(set)
    for one in heard:
        if one.schema != "public":
            schemas[one.transaction].add(one.schema)
    return [sorted(found) for found in schemas.values() if len(found) > 1]


def test_a_transaction_in_two_agencies_would_be_seen(roads, water):
    with listening() as heard, transaction.atomic():
        for schema in ("a_roads", "a_water"):
            with schema_context(schema), connection.cursor() as cursor:
                cursor.execute("SELECT 1")

    assert transactions_in_several(heard) == [["a_roads", "a_water"]]


def mixing(heard):
    """Statements that join a table of an agency with one of the public schema."""
    own, national = agency_table_names(), public_table_names()
    found = []
    for one in heard:
        named = set(NAMED.findall(one.sql))
        # Tables that both have are the agency's while it is entered.
        if one.schema != "public" and named & own and named & (national - own):
            found.append(one.sql)
    return found


def test_lives_of_cases_send_nothing_that_needs_two_nodes_at_once(lives):
    """A filing is one insert a table, and a transaction takes on the role of one agency.

    No statement joins an agency with the public schema: the coordinator would fetch one side's
    rows for each.
    """
    assert [one.sql for one in lives if one.sql.count("INSERT INTO") > 1] == []
    assert transactions_in_several(lives) == []
    assert mixing(lives) == []


def test_such_a_join_would_be_seen(roads):
    with listening() as heard, schema_context("a_roads"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM complaints_complaint c JOIN tenants_route r ON r.reference = c.reference"
        )

    assert len(mixing(heard)) == 1


@cache
def texts() -> list[tuple[str, str]]:
    """Each string of the code with its file, f-strings with what stands between their values."""
    return list(read_texts())


def read_texts() -> Iterator[tuple[str, str]]:
    for house in HOUSES:
        for path in (ROOT / house).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    parts = [
                        str(part.value) if isinstance(part, ast.Constant) else "{}"
                        for part in node.values
                    ]
                    yield str(path.relative_to(ROOT)), "".join(parts)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield str(path.relative_to(ROOT)), node.value


def test_no_counter_is_set_from_a_table():
    """The table is on a node, and its counter on the coordinator."""
    found = [(path, text) for path, text in texts() if "setval(" in text]

    assert len(found) >= 2
    assert [one for one in found if re.search(r"\bFROM\b|\bSELECT\b.*\bSELECT\b", one[1])] == []


def test_constraints_are_made_immediate_on_one_server_alone():
    """``SET CONSTRAINTS`` does not reach a node."""
    speaking = {path for path, text in texts() if re.match(r"\s*SET CONSTRAINTS", text)}

    assert speaking == {"tenants/agency_export/services/table_copy.py"}


def test_the_setting_is_off_where_nothing_is_said():
    assert settings.DATABASES["default"]["CLUSTER"] is False


def test_on_one_server_rights_are_one_message():
    with listening() as heard:
        roles_ensure()

    assert max(one.sql.count(";\n") for one in heard) > 10
