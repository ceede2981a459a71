"""The national record of who held a case: who writes it, and what is read where it has no row."""

import pytest

from shared.kernel import clock
from tenants.custody.selectors import departures_of
from tenants.custody.services.holdings import holdings_backfill
from tenants.isolation.schema_switch import as_owner
from tenants.models import CaseHolding, Route, TransferOffer
from tests.support.custody import (
    assert_refused,
    hand_over,
    more_agencies,
    request_filed,
    statements_on,
)
from tests.support.factories import organisation_of
from tests.support.moments import days_later
from tests.support.sampling import repeats
from tests.tenants.custody.test_forged_history import returned, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(roads, water):
    """A request that has not moved yet."""
    organisation_of(water)
    return request_filed(roads)


def rows_of(one):
    """Of this request: tests before may have left rows, which nobody but the owner deletes."""
    return CaseHolding.objects.filter(reference=one.reference).order_by("number")


def test_moves_of_the_former_release_are_read_from_offers_and_written_down(one, roads, water):
    with clock.travel(days_later(3)):
        hand_over(one, water)
    with as_owner():
        rows_of(one).delete()
    with clock.travel(days_later(5)):
        before = shown(one)
        assert before == ([("roads", 3), ("", 2)], {"roads"})

        assert (holdings_backfill(), holdings_backfill()) == (1, 0)

        assert shown(one) == before
    rows = rows_of(one).values_list("schema_name", "cause", "story")
    assert list(rows) == [("a_roads", "filed", None), ("a_water", "accepted", None)]


@pytest.mark.slow
def test_move_after_moves_of_the_former_release_continues_their_record(one, roads, water):
    (health,) = more_agencies("health")
    hand_over(one, water)
    with as_owner():
        rows_of(one).delete()
    hand_over(one, health)

    rows = rows_of(one).values_list("schema_name", "until")
    assert [(name, until is None) for name, until in rows] == [
        ("a_roads", False),
        ("a_water", False),
        ("a_health", True),
    ]
    assert [step.agency_code for step in one.shown().custody] == ["roads", "water", ""]


def test_holder_of_whom_the_record_does_not_know_is_written_down(one, roads, water):
    (health,) = more_agencies("health")
    hand_over(one, water)
    # As after the restore of an agency while who took the case over was gone.
    with as_owner():
        rows_of(one).filter(schema_name="a_water").update(schema_name="a_gone")
        TransferOffer.objects.filter(reference=one.reference).delete()
    hand_over(one, health)

    rows = rows_of(one).values_list("schema_name", "cause")
    assert list(rows) == [
        ("a_roads", "filed"),
        ("a_gone", "accepted"),
        ("a_water", "restored"),
        ("a_health", "accepted"),
    ]


@pytest.mark.parametrize("statement", repeats(statements_on("tenants_caseholding")))
def test_no_role_of_an_agency_reads_or_writes_the_record(one, roads, water, statement):
    hand_over(one, water)
    for agency in (roads, water):
        assert_refused(agency, statement)


def test_record_names_each_holder_once_and_how_it_came(one, roads, water):
    hand_over(one, water)
    returned(one, roads)
    rows = rows_of(one)
    assert [(row.schema_name, row.cause, row.until is None) for row in rows] == [
        ("a_roads", "filed", False),
        ("a_water", "accepted", False),
        ("a_roads", "decided", True),
    ]
    assert [row.since for row in rows][1:] == [row.until for row in rows][:-1]


@pytest.mark.parametrize("lost", repeats([TransferOffer, CaseHolding], keep=1))
def test_former_holders_are_known_by_the_record_or_else_by_offers(one, water, lost):
    (health,) = more_agencies("health")
    hand_over(one, water)
    hand_over(one, health)
    with as_owner():
        lost.objects.filter(reference=one.reference).delete()

    found = departures_of(references=[one.reference])

    assert found.keys() == {("a_roads", one.reference), ("a_water", one.reference)}
    returns = [len(found[name, one.reference].returned_at) for name in ("a_roads", "a_water")]
    assert returns == [0, 1]


def test_former_holders_are_known_where_the_later_one_is_gone_with_route_and_offers(one, water):
    hand_over(one, water)
    with as_owner():
        TransferOffer.objects.filter(reference=one.reference).delete()
        Route.objects.filter(pk=one.reference).delete()

    assert departures_of(references=[one.reference]).keys() == {("a_roads", one.reference)}


@pytest.mark.slow
def test_former_holders_of_both_sources_have_each_return_once(one, water):
    (health,) = more_agencies("health")
    hand_over(one, water)
    older = rows_of(one).count()
    hand_over(one, health)
    # As if the last move were of the former release: the record ends with who has left.
    with as_owner():
        rows_of(one).filter(number__gt=older).delete()
        rows_of(one).filter(number=older).update(until=None)

    found = departures_of(references=[one.reference])

    assert found.keys() == {("a_roads", one.reference), ("a_water", one.reference)}
    # Counted twice it could be invented once.
    assert len(found["a_water", one.reference].returned_at) == 1
