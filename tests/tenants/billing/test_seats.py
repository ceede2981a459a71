"""Seats: how many people an agency may let in, and that the last one goes to one of them only."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from agency_console.staff.services import colleague_add, colleague_change
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import officers
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.errors import LimitedUntilPaid, NoSeatLeft, SubscriptionRuns
from tenants.billing.models import Plan, Subscription
from tenants.billing.permissions.entitlements import GRACE
from tenants.billing.selectors import subscription_summary
from tenants.billing.services.payments import plan_assign
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.agencies import CODES, committed_agencies
from tests.support.factories import staff
from tests.support.processes import outside_connection
from tests.tenants.isolation.committed import in_thread, with_own_connection

THREADS = 50


def add(agency: Agency, number: int = 0) -> None:
    with agency_context(agency):
        colleague_add(
            agency=agency,
            email=f"new{number}@roads.example",
            name="New",
            role=Role.AGENT,
            language="fr",
            actor=SYSTEM,
        )


def change(agency: Agency, user: User, *, role: Role = Role.AGENT, is_active: bool = True) -> None:
    colleague_change(agency=agency, user=user, role=role, is_active=is_active, actor=SYSTEM)


@pytest.fixture
def full(plans, roads):
    """A small commune all of whose three seats are taken."""
    for number in range(3):
        staff(roads, Role.AGENT, f"agent{number}@roads.example")
    return roads


def test_without_a_row_the_free_plan_limits(full):
    with translation.override("fr"), pytest.raises(NoSeatLeft) as refused:
        add(full)

    assert refused.value.values == {"plan": "Petites communes", "used": 3, "seats": 3}


def test_where_no_plans_are_loaded_nobody_is_limited(roads):
    for number in range(5):
        add(roads, number)

    assert subscription_summary(roads).seats_used == 5


def test_whoever_is_let_in_again_needs_a_seat_and_a_change_of_role_none(full):
    with agency_context(full):
        people = list(officers())
        change(full, people[0], is_active=False)
    add(full)
    with agency_context(full):
        change(full, people[1], role=Role.SUPERVISOR)

        with pytest.raises(NoSeatLeft):
            change(full, people[0])


def test_another_agencys_people_take_no_seat_here(plans, roads, water):
    for number in range(4):
        staff(water, Role.AGENT, f"agent{number}@water.example")

    add(roads)

    assert (subscription_summary(roads).seats_used, subscription_summary(water).seats_used) == (
        1,
        4,
    )


def test_a_national_agreement_has_no_limit(full):
    plan_assign(agency_code="roads", plan_code="national", actor=SYSTEM)

    add(full)

    assert subscription_summary(full).seats is None


def test_a_plan_is_not_changed_under_a_running_subscription(payer):
    payer.subscribe()
    subscription_reread(agency_code="roads")

    with pytest.raises(SubscriptionRuns):
        plan_assign(agency_code="roads", plan_code="national", actor=SYSTEM)


def test_seats_that_are_paid_for_can_be_taken(payer):
    payer.subscribe(seats=4)
    subscription_reread(agency_code="roads")
    for number in range(3):
        add(payer.agency, number)

    with pytest.raises(NoSeatLeft):
        add(payer.agency, 9)


@pytest.mark.parametrize(("days", "refused"), [(GRACE.days - 1, False), (GRACE.days, True)])
def test_beyond_the_days_of_grace_nobody_is_added(plans, roads, days, refused):
    roads.owes_since = clock.today().fromordinal(clock.today().toordinal() - days)

    if refused:
        with pytest.raises(LimitedUntilPaid):
            add(roads)
    else:
        add(roads)


@pytest.fixture
def committed(db):
    """An agency with plans that every thread sees; two of its three seats are taken."""
    with committed_agencies():
        in_thread(_two_seats_taken)
        yield CODES[0]
        outside = outside_connection()
        with outside.cursor() as cursor:
            cursor.execute(f"DELETE FROM {Subscription._meta.db_table}")
            cursor.execute(f"DELETE FROM {Plan._meta.db_table}")
            cursor.execute("DELETE FROM audit_auditentry")
        outside.close()


def _two_seats_taken() -> None:
    call_command("load_plans", verbosity=0)
    agency = Agency.objects.get(code=CODES[0])
    for number in range(2):
        staff(agency, Role.AGENT, f"agent{number}@dunes.example")


def _tried(number: int) -> str:
    def work() -> str:
        connection.set_schema_to_public()
        agency = Agency.objects.get(code=CODES[0])
        try:
            add(agency, number)
        except DomainError as refusal:
            return refusal.code
        return "added"

    return with_own_connection(work)


@pytest.mark.all_cores
@pytest.mark.slow
def test_of_fifty_at_once_one_gets_the_last_seat(committed):
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        outcomes = list(pool.map(_tried, range(THREADS)))

    assert outcomes.count("added") == 1
    assert outcomes.count("no_seat_left") == THREADS - 1
    assert in_thread(_count) == 3


def _count() -> int:
    return subscription_summary(Agency.objects.get(code=CODES[0])).seats_used
