"""The checker of faults notices what it is there for: seeded losses, doubles and halves."""

from dataclasses import replace

import pytest
from django.db import connection

from drills.faults.checker import Checker, Finding
from drills.faults.load import SUBJECT
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.isolation.schema_switch import as_owner
from tests.support.factories import draft

pytestmark = pytest.mark.django_db

RUN = "run"
SCHEMAS = ["a_roads", "a_water"]


def filed(agency, number: int) -> tuple[str, str]:
    """File one complaint as the load does; its key and its reference."""
    key = f"{RUN}-0-{number}"
    what = replace(draft(agency), subject=f"{SUBJECT} {key}")
    receipt = gateway.complaint_file(draft=what, actor=CITIZEN, idempotency_key=key)
    return key, receipt.reference


def found(acknowledged: dict[str, str], checker: Checker | None = None) -> Finding:
    """What the checker finds, as the superuser."""
    with as_owner(), connection.cursor() as cursor:
        return (checker or Checker()).check(
            cursor,
            run=RUN,
            acknowledged={key: {reference} for key, reference in acknowledged.items()},
            schemas=SCHEMAS,
        )


def delete(statement: str, reference: str) -> None:
    """Take one part of a filing away behind the application's back."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, [reference])
        assert cursor.rowcount > 0


def test_whole_filings_are_whole(roads, water):
    acknowledged = dict([filed(roads, 1), filed(water, 2), filed(roads, 3)])

    assert found(acknowledged) == Finding()


def test_a_filing_that_was_acknowledged_and_is_not_there_is_lost(roads, water):
    acknowledged = dict([filed(roads, 1)])

    lost = found({**acknowledged, f"{RUN}-0-2": "1234567890123456"}).lost

    assert lost == [f"{RUN}-0-2: 1234567890123456"]


def test_a_filing_under_another_key_does_not_stand_for_the_lost_one(roads, water):
    _key, reference = filed(roads, 1)

    assert found({f"{RUN}-0-9": reference}).lost == [f"{RUN}-0-9: {reference}"]


def test_one_key_with_two_filings_is_doubled(roads, water):
    key, first = filed(roads, 1)
    what = replace(draft(water), subject=f"{SUBJECT} {key}")
    second = gateway.complaint_file(draft=what, actor=CITIZEN, idempotency_key="other").reference

    doubled = found({key: first}).doubled

    assert doubled == [f"{key}: {', '.join(sorted([first, second]))}"]


def test_one_key_that_was_answered_two_references_is_doubled(roads, water):
    key, first = filed(roads, 1)
    _other, second = filed(roads, 2)
    with as_owner(), connection.cursor() as cursor:
        doubled = (
            Checker()
            .check(cursor, run=RUN, acknowledged={key: {first, second}}, schemas=SCHEMAS)
            .doubled
        )

    assert doubled == [f"{key}: {', '.join(sorted([first, second]))}"]


@pytest.mark.parametrize(
    ("part", "statement"),
    [
        ("route", "DELETE FROM public.tenants_route WHERE reference = %s"),
        ("idempotency key", "DELETE FROM public.tenants_submissionkey WHERE route_id = %s"),
        ("outbox", "DELETE FROM public.register_registeroutbox WHERE reference = %s"),
        ("letter", "DELETE FROM a_roads.mail_mail WHERE reference = %s"),
        (
            "party",
            "DELETE FROM a_roads.complaints_party p USING a_roads.complaints_complaint c"
            " WHERE p.complaint_id = c.id AND c.reference = %s",
        ),
        (
            "event",
            "DELETE FROM a_roads.complaints_complaintevent e USING a_roads.complaints_complaint c"
            " WHERE e.complaint_id = c.id AND c.reference = %s",
        ),
    ],
)
def test_a_filing_without_one_of_its_parts_is_half_written(roads, water, part, statement):
    key, reference = filed(roads, 1)
    delete(statement, reference)

    half = found({key: reference}).half_written

    assert f"{reference} has no {part}" in half


def test_a_route_without_its_complaint_is_half_written_and_counted_once(roads, water):
    _key, reference = filed(roads, 1)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.tenants_route SET reference = '9876543210987654' WHERE reference = %s",
            [reference],
        )
    checker = Checker()

    first, second = (found({}, checker).half_written for _time in range(2))

    assert "route without complaint: a_roads 9876543210987654" in first
    assert "route without complaint: a_roads 9876543210987654" not in second
