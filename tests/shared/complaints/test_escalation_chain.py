"""FS14: the chain is the agency's own, within national bounds."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.errors import ChainOrderInvalid, ChainStepInvalid, RemindersMissing
from shared.complaints.models import Complaint, EscalationRule
from shared.complaints.selectors import escalation_chain
from shared.complaints.selectors.escalation import numbers_to_escalate
from shared.complaints.types.escalation import BOUNDS, NATIONAL_CHAIN, ChainStep
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.shared.complaints.test_escalation import FILED, changed, letters, steps_of, upkeep
from tests.support.factories import filed, mailbox_answered, officer_actor, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference(roads):
    with clock.travel(FILED):
        return filed(roads).reference


def test_without_a_row_the_national_chain_holds(roads):
    with agency_context(roads):
        assert tuple(escalation_chain()) == tuple(NATIONAL_CHAIN)


def test_an_agency_brings_its_steps_earlier_and_leaves_out_a_reminder(roads, reference):
    steps = [
        ChainStep(kind=EventKind.TERM_IN_15, days=-1, is_active=False),
        ChainStep(kind=EventKind.TERM_IN_5, days=-30),
        ChainStep(kind=EventKind.TERM_REACHED, days=0),
        ChainStep(kind=EventKind.ESCALATED_UNIT, days=2),
        ChainStep(kind=EventKind.ESCALATED_AGENCY, days=3),
        ChainStep(kind=EventKind.ESCALATED_OVERSIGHT, days=3),
    ]
    with agency_context(roads):
        services.escalation_chain_change(steps=steps, actor=SYSTEM)
        services.escalation_chain_change(steps=steps, actor=SYSTEM)
    for after in range(-40, 20):
        upkeep(roads, after)

    assert steps_of(roads, reference) == [
        ("term_in_5", -30),
        ("term_reached", 0),
        ("escalated_unit", 2),
        ("escalated_agency", 3),
        ("escalated_oversight", 3),
    ]
    with agency_context(roads):
        entries = AuditEntry.objects.filter(action="escalation.changed").count()
        assert entries == EscalationRule.objects.count() == 6


@pytest.mark.parametrize("kind", list(BOUNDS))
def test_fs14_no_step_is_outside_its_national_bounds(roads, kind):
    first, last = BOUNDS[kind]

    for days in (first - 1, last + 1):
        with agency_context(roads), pytest.raises(ChainStepInvalid) as refused:
            services.escalation_chain_change(steps=changed(kind, days=days), actor=SYSTEM)
        assert refused.value.field == kind


@pytest.mark.parametrize(
    "kind", ["term_reached", "escalated_unit", "escalated_agency", "escalated_oversight"]
)
def test_fs14_no_agency_leaves_out_a_step_after_the_term(roads, kind):
    with agency_context(roads), pytest.raises(ChainStepInvalid):
        services.escalation_chain_change(
            steps=changed(EventKind(kind), is_active=False), actor=SYSTEM
        )


def test_one_of_the_reminders_is_kept(roads):
    none = [
        ChainStep(kind=kind, days=-5, is_active=False)
        for kind in (EventKind.TERM_IN_15, EventKind.TERM_IN_5)
    ]
    with agency_context(roads), pytest.raises(RemindersMissing):
        services.escalation_chain_change(steps=none, actor=SYSTEM)


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (EventKind.TERM_IN_5, -15),
        (EventKind.TERM_IN_5, -16),
        (EventKind.ESCALATED_OVERSIGHT, 4),
    ],
)
def test_a_step_never_comes_before_the_one_that_precedes_it(roads, kind, days):
    with agency_context(roads), pytest.raises(ChainOrderInvalid) as refused:
        services.escalation_chain_change(steps=changed(kind, days=days), actor=SYSTEM)

    assert refused.value.field == kind
    with agency_context(roads):
        assert not EscalationRule.objects.exists()


def test_cases_whose_step_is_due_are_found_without_reading_their_rows(roads):
    """Else the upkeep of half a million cases would read each open one, every hour."""
    others = {index.name for index in Complaint._meta.indexes} - {"complaint_open_by_risk"}
    with agency_context(roads):
        rows = numbers_to_escalate(chain=escalation_chain(), on=clock.today())
        with as_owner(), connection.cursor() as cursor:
            # Of a table without rows, any index is as good.
            cursor.execute(f"DROP INDEX {', '.join(sorted(others))}")
            for way in ("enable_seqscan", "enable_bitmapscan"):
                cursor.execute(f"SET LOCAL {way} = off")

            (found,) = json.loads(rows[:9].explain(format="json"))

    plan = json.dumps(found)
    assert '"Node Type": "Index Only Scan"' in plan
    assert '"Index Name": "complaint_open_by_risk"' in plan


def test_fs14_a_merged_case_has_its_steps_and_no_letters_of_its_own(roads, reference):
    """The number in a letter is that of the list to which it leads."""
    chief = staff(roads, Role.SUPERVISOR)
    with clock.travel(FILED + timedelta(1)):
        later = filed(roads).reference
    mailbox_answered(reference, later)
    with clock.travel(FILED + timedelta(2)), agency_context(roads):
        services.case_merge(reference=later, into=reference, actor=officer_actor(chief))

    upkeep(roads, 2)

    steps = ["term_reached", "escalated_unit"]
    for one in (reference, later):
        assert [kind for kind, _after in steps_of(roads, one)] == steps
    assert letters(roads) == [(chief.email, "escalation_notice", {"what": "escalated_unit"})]
