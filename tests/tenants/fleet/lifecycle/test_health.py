"""What every agency uses and what ails it, and the test that they are kept apart."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shared.accounts.enums import Role
from shared.kernel import clock
from shared.mail.models import Mail
from tenants.agencies.selectors import agency_list
from tenants.agencies.types import AgencyInfo
from tenants.billing.enums import BillingStatus
from tenants.billing.permissions.entitlements import GRACE, billing_status
from tenants.fleet.enums import FleetOrder, HealthIssue
from tenants.fleet.services.health import agency_list as health_list
from tenants.fleet.services.health.summary import health_summary
from tenants.fleet.services.health.usage import usage_measure
from tenants.fleet.tasks import keep_cases
from tenants.fleet.types import FleetQuery
from tenants.isolation.backends.base import role_name
from tenants.isolation.leak_test import leak_test
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency, AgencyUsage, LeakTest
from tenants.models.enums import AgencyState
from tests.public_portal.tracking.visits import answer
from tests.support.factories import filed, staff
from tests.support.provisioning import agency_create
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(roads, water):
    for agency in (roads, water):
        staff(agency, Role.ADMINISTRATOR)
        usage_measure(agency=agency)


def found(**changes):
    return [agency.code for agency in health_list.fleet(query=FleetQuery(**changes))]


def test_what_an_agency_uses_is_its_own_alone(roads, water):
    with clock.travel(clock.now() - timedelta(days=100)):
        filed(roads)
    filed(roads)
    answer(roads, filed(roads).reference)
    filed(water)
    staff(roads)
    staff(water)

    keep_cases.call(agency_code="roads", _schema="public")  # type: ignore[call-arg]

    usage = AgencyUsage.objects.get(agency=roads)
    # The officer who answered, and the one who was added.
    assert usage.staff == 2
    assert (usage.open_cases, usage.late_cases) == (2, 1)
    with agency_context(roads):
        assert usage.mails_waiting == Mail.objects.filter(sent_at=None).count() > 0


def test_a_letter_that_does_not_leave_for_half_an_hour_fails(roads):
    filed(roads)
    staff(roads, Role.ADMINISTRATOR)
    with agency_context(roads):
        Mail.objects.update(queued_at=clock.now() - timedelta(minutes=31))

    usage = usage_measure(agency=roads)

    assert usage.mails_failing == usage.mails_waiting == 1
    ailing = health_list.agency_health(code="roads")
    assert ailing.issues == (HealthIssue.LETTERS,)


def test_a_new_agency_is_measured_once_it_is_ready():
    info = AgencyInfo(code="ports", name_ar="x", name_fr="x", name_en="x")

    agency = agency_create(info=info, actor=OPERATOR)

    assert AgencyUsage.objects.get(agency=agency).open_cases == 0
    assert health_list.agency_health(code="ports").issues == (HealthIssue.NOBODY,)


def test_each_ailment_is_found_in_the_list_and_named_on_the_page(roads, water, measured):
    assert found(is_unhealthy=True) == []

    usage = AgencyUsage.objects.filter(agency=roads)
    for ailment, ail, heal in (
        (
            HealthIssue.BEHIND,
            lambda: Agency.objects.filter(pk=roads.pk).update(version="old"),
            lambda: Agency.objects.filter(pk=roads.pk).update(version=roads.version),
        ),
        (
            HealthIssue.LETTERS,
            lambda: usage.update(mails_failing=1),
            lambda: usage.update(mails_failing=0),
        ),
        (
            HealthIssue.FILES,
            lambda: usage.update(files_missing=1),
            lambda: usage.update(files_missing=0),
        ),
        (HealthIssue.NOBODY, lambda: usage.update(staff=0), lambda: usage.update(staff=1)),
        (
            HealthIssue.NO_ADMINISTRATOR,
            lambda: usage.update(administrators=0),
            lambda: usage.update(administrators=1),
        ),
        (
            HealthIssue.UNMEASURED,
            lambda: usage.update(measured_at=clock.now() - timedelta(hours=4)),
            lambda: usage.update(measured_at=clock.now()),
        ),
    ):
        ail()
        assert found(is_unhealthy=True) == ["roads"]
        assert health_list.agency_health(code="roads").issues == (ailment,)
        heal()
        assert found(is_unhealthy=True) == []


@pytest.mark.parametrize("state", [AgencyState.SUSPENDED, AgencyState.ARCHIVED])
def test_requests_that_nobody_can_answer_are_an_ailment_until_somebody_can(roads, measured, state):
    AgencyUsage.objects.filter(agency=roads).update(open_cases=1)
    Agency.objects.filter(pk=roads.pk).update(state=state)

    assert found(is_unhealthy=True) == ["roads"]
    assert health_list.agency_health(code="roads").issues == (HealthIssue.UNANSWERED,)
    Agency.objects.filter(pk=roads.pk).update(taken_over_at=clock.now())
    assert found(is_unhealthy=True) == []
    assert health_list.agency_health(code="roads").issues == ()


def test_a_destroyed_agency_has_no_ailments(roads, water, measured):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.DESTROYED, version="")
    AgencyUsage.objects.filter(agency=roads).delete()

    assert found(is_unhealthy=True) == []
    assert health_list.agency_health(code="roads").issues == ()
    assert found() == ["roads", "water"]


@pytest.mark.parametrize("stands", BillingStatus)
def test_the_filter_by_standing_means_what_the_table_of_neutrality_means(roads, water, stands):
    today = clock.today()
    changes: dict[BillingStatus, dict[str, object]] = {
        BillingStatus.PAID: {"owes_since": None},
        BillingStatus.GRACE: {"owes_since": today - GRACE + timedelta(days=1)},
        BillingStatus.LIMITED: {"owes_since": today - GRACE},
        BillingStatus.TAKEN_OVER: {"taken_over_at": clock.now(), "state": AgencyState.SUSPENDED},
        BillingStatus.SUSPENDED: {"state": AgencyState.SUSPENDED, "owes_since": today},
        BillingStatus.ARCHIVED: {"state": AgencyState.ARCHIVED},
    }
    Agency.objects.filter(pk=roads.pk).update(**changes[stands])

    expected = [one.code for one in agency_list() if billing_status(one, today=today) is stands]

    assert found(billing_state=stands) == expected
    assert "roads" in expected


def test_it_is_searched_in_every_language_and_filtered(roads, water):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED)

    assert found(text="طرق") == found(text="ROUTES") == found(text="oad") == ["roads"]
    assert found(text="%") == found(text="nobody") == []
    assert found(state=AgencyState.SUSPENDED) == ["roads"]
    assert found(state=AgencyState.ACTIVE) == ["water"]


@pytest.mark.parametrize("order", FleetOrder)
def test_every_order_has_all_agencies(roads, water, measured, order):
    AgencyUsage.objects.filter(agency=water).update(
        staff=9, open_cases=9, late_cases=9, file_bytes=9, mails_failing=9,
        measured_at=clock.now() - timedelta(days=1),
    )  # fmt: skip

    first = "roads" if order == FleetOrder.CODE else "water"
    assert (found(order=order)[0], sorted(found(order=order))) == (first, ["roads", "water"])


def test_the_pulse_counts_all_agencies(roads, water, measured):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED, version="old")
    filed(water)

    health = health_summary()

    assert dict(health.states) == {
        "preparing": 0, "active": 1, "suspended": 1, "archived": 0, "destroyed": 0,
    }  # fmt: skip
    assert (
        health.behind,
        health.taken_over,
        health.leak_at,
        health.workers,
    ) == (1, 0, None, 0)
    assert health.register_waiting > 0
    assert health.tasks_waiting > 0


# --- the leak test -------------------------------------------------------------------------------


def grant(statement):
    with as_owner(), connection.cursor() as cursor:
        role = role_name(str(connection.settings_dict["NAME"]), "a_roads")
        cursor.execute(statement.format(role=role))


def test_every_attempt_to_read_what_is_not_its_own_is_refused(roads, water):
    filed(water)

    done = leak_test()

    assert (done.agencies, done.leaked) == (2, [])
    assert done.attempts == done.refused > 100
    assert LeakTest.objects.get().attempts == done.attempts


@pytest.mark.parametrize(
    ("leak", "read"),
    [
        (
            'GRANT USAGE ON SCHEMA a_water TO "{role}";'
            ' GRANT SELECT ON a_water.complaints_complaint TO "{role}"',
            "a_water.complaints_complaint",
        ),
        ('GRANT SELECT ON tenants_sealedparty TO "{role}"', "public.tenants_sealedparty"),
        ('GRANT SELECT (id) ON accounts_user TO "{role}"', "public.accounts_user"),
        (
            "ALTER TABLE tenants_route DISABLE ROW LEVEL SECURITY",
            "rows of a_water in tenants_route",
        ),
    ],
)
def test_a_seeded_leak_is_found_and_named(roads, water, leak, read):
    filed(water)
    filed(roads)
    grant(leak)

    done = leak_test()

    assert {"reader": "a_roads", "read": read} in done.leaked
    assert done.refused == done.attempts - len(done.leaked)
    assert all(
        one["read"] == read or "a_roads in tenants_route" in one["read"] for one in done.leaked
    )


def test_a_fault_that_says_nothing_of_rights_is_no_refusal(roads, water):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tenants_vaultopening RENAME TO elsewhere")

    with pytest.raises(Exception, match="tenants_vaultopening"):
        leak_test()


def test_the_command_tells_what_it_found_and_fails_on_a_leak(roads, water):
    told = StringIO()

    call_command("leak_test", stdout=told)
    grant('GRANT SELECT ON tenants_sealedparty TO "{role}"')
    with pytest.raises(CommandError, match=r"a_roads reads public\.tenants_sealedparty"):
        call_command("leak_test", stdout=told)

    first, second = told.getvalue().splitlines()
    assert first.startswith("2 agencies, ")
    assert first.endswith(" 0 leaked")
    assert second.endswith(" 1 leaked")
