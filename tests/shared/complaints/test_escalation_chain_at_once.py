"""FS14: two administrators who change the steps at the same moment leave a chain within bounds."""

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.models import EscalationRule
from shared.complaints.selectors import escalation_chain
from shared.complaints.types.escalation import NATIONAL_CHAIN, REMINDERS, ChainStep
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def agency(django_db_setup, django_db_blocker):
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(lambda: Agency.objects.get(code="dunes"))


def without(kind):
    """The national chain without one of the reminders."""
    return [
        ChainStep(kind=step.kind, days=-1, is_active=False) if step.kind == kind else step
        for step in NATIONAL_CHAIN
    ]


def change(agency, steps):
    with agency_context(agency):
        services.escalation_chain_change(steps=steps, actor=SYSTEM)


def chain_of(agency):
    with agency_context(agency):
        return tuple(escalation_chain())


@pytest.mark.all_cores
@pytest.mark.slow
@pytest.mark.parametrize("has_rows", [False, True])
def test_fs14_two_changes_at_once_never_leave_out_both_reminders(agency, has_rows):
    first, second = (without(kind) for kind in REMINDERS)
    for _round in range(4):

        def begin():
            with agency_context(agency):
                EscalationRule.objects.all().delete()
            if has_rows:
                change(agency, without(EventKind.TERM_IN_5))
                change(agency, list(NATIONAL_CHAIN))

        in_thread(begin)

        at_once(lambda: change(agency, first), lambda: change(agency, second))

        assert in_thread(lambda: chain_of(agency)) in (tuple(first), tuple(second))
