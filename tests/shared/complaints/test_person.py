"""The open cases of one person: found by address or number, without reading everybody."""

from typing import Any

import pytest
from django.db import connection

from shared.complaints.selectors import cases_of_person
from shared.complaints.types import PartyDraft
from shared.units.types import WHOLE_AGENCY
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

EMAIL, PHONE = "person@example.org", "+212612345678"


@pytest.mark.parametrize(("email", "phone"), [(EMAIL.upper(), ""), ("", PHONE), (EMAIL, PHONE)])
def test_a_person_is_found_by_address_or_number_and_nobody_else_is(roads, email, phone):
    mine = filed(roads, party=PartyDraft(name="x", email=EMAIL, phone=PHONE))
    filed(roads, party=PartyDraft(name="y", email="other@example.org", phone="+212612345679"))
    filed(roads, party=PartyDraft(name="z", email="third@example.org"))

    with agency_context(roads):
        found = [
            case.reference
            for case in cases_of_person(email=email, phone=phone, scope=WHOLE_AGENCY, user_id=0)
        ]

    assert found == [mine.reference]


def test_two_indexes_answer_it(roads):
    filed(roads, party=PartyDraft(name="x", email="other@example.org", phone="+212612345679"))
    asked: list[tuple[str, Any]] = []

    def listen(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with agency_context(roads):
        fill()
        with connection.execute_wrapper(listen):
            cases_of_person(email=EMAIL, phone=PHONE, scope=WHOLE_AGENCY, user_id=0)
        sql, params = next(one for one in asked if "complaints_party" in one[0])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "party_by_email" in plan
    assert "party_by_phone" in plan


def fill():
    """Two thousand copies of the only case, each of another person, and the planner knows it."""
    with as_owner(), connection.cursor() as cursor:
        for table, changes in (
            ("complaints_complaint", "'id', n, 'reference', n"),
            ("complaints_party", "'complaint_id', n, 'email', n || '@example.org', 'phone', n"),
        ):
            cursor.execute(
                "SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND attgenerated = '' AND NOT attisdropped",
                [table],
            )
            ((columns,),) = cursor.fetchall()
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM (SELECT made.*"
                f" FROM (SELECT * FROM {table} LIMIT 1) one, generate_series(1000000, 1002000) n,"
                f" jsonb_populate_record(one::{table}, jsonb_build_object({changes})) made) made"
            )
            cursor.execute(f"ANALYZE {table}")
