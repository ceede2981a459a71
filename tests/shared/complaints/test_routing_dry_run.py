"""A dry run says of past cases what the rules would do with the same cases, and writes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.models import Complaint
from shared.complaints.selectors import complaint_get
from shared.complaints.selectors.routing_dry_run import cases_routed, dry_run
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.routing.enums import Occasion, Target
from shared.routing.models import RoutingRule
from shared.routing.selectors import routing_table, rules
from shared.routing.types import RoutingTable
from shared.units.models import Unit
from tenants.isolation.schema_switch import agency_context, national_context
from tests.shared.jobs.workers import run_queue
from tests.support.custody import hand_over, request_filed
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.routing import NEW, rule
from tests.support.sampling import repeats
from tests.support.units import unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
CATEGORIES = ("delay", "fees", "corruption")
PLACES = ("Fès", "فاس", "Rabat", "")
TEXTS = ("La fuite d'eau", "انقطاع المـاءِ", "Lampe cassée", "Rien")


def table(*, with_inactive=False):
    """The rules, with those that are prepared, and the units."""
    found = rules() if with_inactive else routing_table().rules
    return RoutingTable(rules=tuple(found), units=routing_table().units)


def tried(**options):
    now = clock.now()
    return dry_run(table=table(**options), since=now - 90 * DAY, until=now + DAY)


def tasks_run():
    with national_context():
        run_queue()


def some(values):
    """Mostly nothing: with seven conditions at once a rule would fit no request."""
    listed = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    return st.one_of(st.just(()), st.just(()), st.just(()), listed)


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "category_codes": some(CATEGORIES),
            "kinds": some(Kind.values),
            "languages": some(Language.values),
            "channels": some(("portal", "api")),
            "places": some(("fes", "فَاس", "Rabat")),
            "words": some(("fuite d'eau", "الماء", "lampe")),
            "occasions": st.sampled_from([NEW, (*NEW, Occasion.REOPENED)]),
            "target": st.sampled_from(Target.values),
            "unit": st.sampled_from([None, 0, 1, 2]),
            "is_active": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)
REQUESTS = st.lists(
    st.fixed_dictionaries(
        {
            "category_code": st.sampled_from(CATEGORIES),
            "kind": st.sampled_from(list(Kind)),
            "language": st.sampled_from(list(Language)),
            "channel": st.sampled_from([Channel.PORTAL, Channel.API]),
            "place": st.sampled_from(PLACES),
            "subject": st.sampled_from(TEXTS),
            "body": st.sampled_from(TEXTS),
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def office(in_roads):
    """Three units, of which the last is retired, with officers of whom one is absent."""
    people = [staff(in_roads, Role.AGENT, f"{name}@roads.example") for name in "abcd"]
    staff(in_roads, Role.AGENT, "whole@roads.example")
    north = unit("North", *people[:2], category_codes=("fees",))
    units = [north, unit("South", *people[1:], parent=north), unit("Old", people[0], parent=north)]
    services.unit_retire(unit_id=units[2], actor=SYSTEM)
    today = clock.today()
    services.absence_enter(
        user=people[2], first_day=today, last_day=today, substitute=None, actor=SYSTEM
    )
    return in_roads, units, people


def make(drawn, units, people):
    for number, one in enumerate(drawn):
        says = dict(one)
        place = says.pop("unit")
        unit_id = None if place is None else units[place]
        if says["target"] == Target.OFFICER:
            # Of the officers of the unit who can open its cases, the absent one among them.
            says["officer_id"] = people[2 if unit_id == units[1] else 1].pk
            unit_id = units[1]
        Unit.objects.filter(pk=units[2]).update(is_active=True)
        rule(f"Rule {number}", unit_id=unit_id, **says)
        Unit.objects.filter(pk=units[2]).update(is_active=False)


@pytest.mark.slow
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(drawn=RULES, requests=REQUESTS)
def test_fs13_dry_run_says_what_happens_when_the_same_cases_are_filed_again(
    office, drawn, requests
):
    agency, units, people = office
    RoutingRule.objects.all().delete()
    make(drawn, units, people)
    past = [filed(agency, **one).reference for one in requests]
    tasks_run()
    ids = [Complaint.objects.get(reference=one).pk for one in past]

    said = list(cases_routed(table=table(), case_ids=ids))
    again = []
    for one in requests:
        again.append(filed(agency, **one).reference)
        tasks_run()

    real = [complaint_get(reference=one) for one in again]
    assert [(one.unit_id, one.officer_id) for one in said] == [
        (one.unit_id, one.assignee_id) for one in real
    ]


@pytest.mark.parametrize("target", repeats([Target.IN_TURN, Target.LEAST_OPEN], keep=1))
def test_fs13_dry_run_shares_cases_as_the_rule_will(in_roads, target):
    people = [staff(in_roads, Role.AGENT, f"{one}@roads.example") for one in "abc"]
    rule(target=target, unit_id=unit("There", *people, organisation_codes=("roads",)))
    busy = filed(in_roads).reference
    tasks_run()
    RoutingRule.objects.update(last_officer_id=people[0].pk)
    ids = [Complaint.objects.get(reference=busy).pk] * 4

    said = [one.officer_id for one in cases_routed(table=table(), case_ids=ids)]
    again = [filed(in_roads).reference for _ in ids]
    tasks_run()

    assert said == [complaint_get(reference=one).assignee_id for one in again]
    assert len(set(said)) == 3


def test_fs13_dry_run_of_prepared_rules_tells_moves_and_what_no_rule_matches(in_roads):
    here, there = unit("Here", category_codes=("fees",)), unit("There")
    fees = [filed(in_roads, category_code="fees").reference for _ in range(7)]
    other = filed(in_roads, category_code="delay").reference
    first = rule("First", category_codes=("fees",), unit_id=there, is_active=False)
    hidden = rule("Hidden", category_codes=("fees",), unit_id=here, is_active=False)
    never = rule("Never", category_codes=("corruption",), is_active=False)

    found = tried(with_inactive=True)

    assert (found.cases, found.examined, found.occasions) == (8, 8, 8)
    assert (found.rules[first].applied, found.rules[first].hidden_by) == (7, None)
    assert found.rules[first].examples == tuple(reversed(fees))[:5]
    assert (found.rules[hidden].applied, found.rules[hidden].fitting) == (0, 7)
    assert found.rules[hidden].hidden_by == first
    assert (found.rules[never].fitting, found.rules[never].hidden_by) == (0, None)
    [move] = found.moves
    assert (move.from_id, move.to_id, move.cases) == (here, there, 7)
    assert (found.unmatched, found.unmatched_examples) == (1, (other,))
    assert (found.unmoved, found.unassigned) == (0, 7)
    assert tried().unmatched == 8


def test_fs13_dry_run_gives_a_reopened_case_to_another_officer(in_roads):
    officer, other = (staff(in_roads, Role.AGENT, f"{one}@roads.example") for one in "ab")
    there = unit("There", officer, other, organisation_codes=("roads",))
    reference = filed(in_roads).reference
    services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
    )
    services.complaint_reopen(reference=reference, body="Not at all.", actor=CITIZEN)
    rule(occasions=(Occasion.REOPENED,), target=Target.IN_TURN, unit_id=there)

    found = tried()

    assert (found.cases, found.occasions, found.unmatched) == (1, 2, 1)
    assert found.officers == {other.pk: 1}


def test_fs13_dry_run_writes_nothing(in_roads):
    people = [staff(in_roads, Role.AGENT, f"{one}@roads.example") for one in "ab"]
    rule(target=Target.IN_TURN, unit_id=unit("There", *people), words=("lamp",))
    rule(target=Target.LEAST_OPEN, unit_id=unit("Other", *people))
    for _ in range(3):
        filed(in_roads)

    with CaptureQueriesContext(connection) as asked:
        tried(with_inactive=True)

    assert {one["sql"].lstrip("(").split()[0] for one in asked.captured_queries} <= {
        "SELECT",
        "SET",
    }
    assert not any("FOR UPDATE" in one["sql"] for one in asked.captured_queries)
    assert RoutingRule.objects.exclude(last_officer_id=None).count() == 0


def test_fs13_dry_run_costs_the_same_for_one_case_and_for_thirty(in_roads):
    rule(target=Target.IN_TURN, words=("lamp",))
    filed(in_roads)
    with CaptureQueriesContext(connection) as one:
        tried()
    for _ in range(29):
        filed(in_roads)
    with CaptureQueriesContext(connection) as thirty:
        assert tried().examined == 30

    assert len(one) == len(thirty)


def test_fs13_dry_run_looks_at_the_latest_cases_and_says_how_many_there_are(in_roads, monkeypatch):
    monkeypatch.setattr("shared.complaints.selectors.routing_dry_run.MAX_CASES", 2)
    rule("All", unit_id=unit("There"))
    references = [filed(in_roads).reference for _ in range(3)]

    found = tried()

    assert (found.cases, found.examined) == (3, 2)
    [tally] = found.rules.values()
    assert tally.examples == tuple(reversed(references))[:2]


def test_a_case_that_was_handed_over_is_not_looked_at(roads, water):
    """Its words and its place have gone along: it would say of every rule that it fits less."""
    one = request_filed(roads, subject="La fuite d'eau")
    with agency_context(roads):
        rule(words=("fuite",), unit_id=unit("Water"))
        before = tried()
    hand_over(one, water)

    with agency_context(roads):
        after = tried()

    assert (before.cases, before.unmatched) == (1, 0)
    assert (after.cases, after.examined, after.unmatched) == (0, 0, 0)
