"""Fifty requests at the same moment are spread among the officers, and none waits for another."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.services.case_routing import case_distribute
from shared.kernel.actors import SYSTEM
from shared.routing.enums import Target
from shared.routing.models import RoutingRule
from shared.routing.services import rule_activate, rules_lock
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed, staff
from tests.support.routing import rule
from tests.support.units import unit
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

OFFICERS, REQUESTS, WORKERS = 5, 50, 8
PATH = "shared.complaints.services.case_routing.case_distribute"


@dataclass(frozen=True)
class Office:
    """A committed agency, a unit of it and the officers of that unit."""

    agency: Agency
    unit_id: int
    people: list[User]

    def file(self) -> str:
        return filed(self.agency).reference

    def distribute(self, calls: list[dict[str, str]]) -> None:
        """Run these tasks, as one worker does."""
        for call in calls:
            with agency_context(self.agency):
                case_distribute.func.__wrapped__(**call)

    def holders(self, references: list[str]) -> Counter[int | None]:
        with agency_context(self.agency):
            rows = Complaint.objects.filter(reference__in=references)
            return Counter(rows.values_list("assignee_id", flat=True))


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker) -> Iterator[Office]:
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    people = [staff(agency, Role.AGENT, f"in{number}@dunes.example") for number in range(OFFICERS)]
    with agency_context(agency):
        number = unit("Shared", *people)
    return Office(agency, number, people)


@pytest.fixture(params=[Target.IN_TURN, Target.LEAST_OPEN])
def rule_id(request, office):
    """A rule that shares every request among the officers; out of use afterwards."""

    def made():
        with agency_context(office.agency):
            return rule(target=request.param, unit_id=office.unit_id)

    number = in_thread(made)
    yield number

    def ended():
        with agency_context(office.agency):
            rule_activate(rule_id=number, is_active=False, actor=SYSTEM)

    in_thread(ended)


def calls_of(references: list[str], agency: Agency) -> list[dict[str, str]]:
    """What the queued tasks of these cases were given."""
    with agency_context(agency):
        rows = ComplaintEvent.objects.filter(complaint__reference__in=references)
        events = {str(pk) for pk in rows.values_list("pk", flat=True)}
    given = [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.filter(task_path=PATH)]
    return [
        {"event_id": one["event_id"], "rule_id": one["rule_id"]}
        for one in given
        if one["event_id"] in events
    ]


@pytest.mark.all_cores
@pytest.mark.slow
def test_fs13_fifty_requests_at_once_are_spread_evenly(office, rule_id):
    references = at_once(*[office.file for _ in range(REQUESTS)])
    calls = in_thread(partial(calls_of, references, office.agency))
    assert len(calls) == REQUESTS

    shares = [calls[number::WORKERS] for number in range(WORKERS)]
    at_once(*[partial(office.distribute, share) for share in shares])

    held = in_thread(partial(office.holders, references))
    assert held == dict.fromkeys((one.pk for one in office.people), REQUESTS // OFFICERS)


@pytest.mark.slow
def test_fs13_filing_waits_for_no_distribution_and_no_change_of_rules(office, rule_id):
    def filed_meanwhile() -> str:
        with agency_context(office.agency), transaction.atomic():
            assert rules_lock()
            RoutingRule.objects.filter(pk=rule_id).update(last_officer_id=None)
            # On another connection, while all rules are locked and one is changed.
            reference: str = in_thread(office.file)
            return reference

    reference = in_thread(filed_meanwhile)

    assert in_thread(partial(office.holders, [reference])) == {None: 1}
