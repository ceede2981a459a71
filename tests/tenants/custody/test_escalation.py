"""FS14: a late case that another agency takes over stays late, and its new heads are told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import ESCALATION_EVENTS
from shared.complaints.models import ComplaintEvent
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from shared.register.selectors.escalated import escalated_counts
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import hand_over, request_filed
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)
DUE = date(2026, 5, 1)


def day(after):
    return clock.travel(datetime(DUE.year, DUE.month, DUE.day, 9, tzinfo=UTC) + timedelta(after))


def upkeep(agency, after):
    with day(after), agency_context(agency):
        services.cases_escalate(actor=SYSTEM)


def own_steps(agency, reference):
    """The steps that an agency itself has recorded, in their order."""
    with agency_context(agency):
        rows = ComplaintEvent.objects.filter(
            complaint__reference=reference, kind__in=ESCALATION_EVENTS
        )
        return list(rows.order_by("position").values_list("kind", flat=True))


def letters(agency):
    with agency_context(agency):
        rows = Mail.objects.filter(letter__startswith="escalation")
        return [(row.to, row.context["what"]) for row in rows]


@pytest.fixture
def late(roads, water):
    """A complaint that has had all steps at the agency with which it was filed."""
    with clock.travel(FILED):
        one = request_filed(roads)
    upkeep(roads, 15)
    assert own_steps(roads, one.reference) == list(ESCALATION_EVENTS[2:])
    return one


def test_fs14_a_late_case_that_moves_stays_before_national_oversight(late, roads, water):
    with day(16):
        hand_over(late, water)
    upkeep(water, 16)
    with day(16):
        register_project()

    assert [(one.agency_code, one.number) for one in escalated_counts()] == [("water", 1)]
    sender = RegisterCase.objects.get(agency_code="roads", reference=late.reference)
    assert sender.escalated_at is None


def test_the_heads_of_the_agency_that_takes_it_over_are_told_once(late, roads, water):
    chief = staff(water, Role.SUPERVISOR, "chief@water.example")
    with day(16):
        hand_over(late, water)

    for after in (16, 17, 30):
        upkeep(water, after)

    # Neither the reminders nor the last day come again: they had gone by.
    assert own_steps(water, late.reference) == list(ESCALATION_EVENTS[3:])
    assert letters(water) == [(chief.email, "escalated_oversight")]


def test_a_case_that_moves_before_its_last_day_goes_on_where_it_was(roads, water):
    with clock.travel(FILED):
        one = request_filed(roads)
    upkeep(roads, -10)
    with day(-8):
        hand_over(one, water)

    for after in (-8, -5, 0, 1):
        upkeep(water, after)

    assert own_steps(water, one.reference) == ["term_in_5", "term_reached", "escalated_unit"]
