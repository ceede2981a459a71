"""A look is noted once a national day, whatever a process remembers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from shared.audit import services
from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record_daily
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from tenants.isolation.schema_switch import agency_context

pytestmark = pytest.mark.django_db

REFERENCE = "4815162342108097"
# 23:30 in Rabat, where it is an hour later than in UTC.
LATE = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)


def officer(number):
    return Actor(kind=ActorKind.OFFICER, label="An officer", user_id=number)


def look(number=7):
    schema = connection.schema_name
    audit_record_daily(actor=officer(number), action="viewed", subject=REFERENCE, schema=schema)


def noted():
    return [entry.actor_id for entry in audit_entries(subject=REFERENCE)]


@pytest.fixture
def committed(in_roads, django_capture_on_commit_callbacks):
    """The first officer has looked, and this process knows it."""
    with clock.travel(LATE), django_capture_on_commit_callbacks(execute=True):
        look()


def test_whoever_reads_on_is_asked_for_no_more(committed, django_assert_num_queries):
    with clock.travel(LATE), django_assert_num_queries(0):
        look()

    assert noted() == [7]


def test_a_process_that_knows_nothing_asks_the_log(committed, django_assert_num_queries):
    services._noted.clear()

    with clock.travel(LATE), django_assert_num_queries(1):
        look()

    assert noted() == [7]


def test_after_some_minutes_the_log_is_asked_again(
    in_roads, django_capture_on_commit_callbacks, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(services, "NOTED_SECONDS", 0.0)
    with clock.travel(LATE), django_capture_on_commit_callbacks(execute=True):
        look()

    with clock.travel(LATE), django_assert_num_queries(1):
        look()

    assert noted() == [7]


def test_the_next_national_day_it_is_noted_again(committed):
    with clock.travel(LATE + timedelta(minutes=29)):
        look()
    same_day = noted()
    with clock.travel(LATE + timedelta(minutes=31)):
        look()

    assert (same_day, noted()) == ([7], [7, 7])


def test_another_officer_has_a_look_of_their_own(committed):
    with clock.travel(LATE):
        look(8)

    assert noted() == [7, 8]


def test_another_agency_has_a_log_of_its_own(committed, water):
    connection.set_schema_to_public()
    with agency_context(water), clock.travel(LATE):
        look()

        assert noted() == [7]


def test_a_look_that_was_rolled_back_is_noted_by_the_next_one(
    in_roads, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            look()
            transaction.set_rollback(True)
        none = noted()
        look()

    assert (none, noted()) == ([], [7])


def test_the_memory_does_not_grow_for_ever(
    in_roads, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr(services, "MAX_NOTED", 2)
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            look(number)

    assert len(services._noted) <= 2
    assert noted() == [0, 1, 2, 3, 4]
