"""An export of before holds open cases of people whose accounts had been closed."""

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import EventKind
from shared.complaints.selectors import case_events, complaint_get, inactive_holders
from shared.complaints.services import complaint_assign
from shared.jobs.enums import JobState
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed, staff
from tests.tenants.agency_export.estate import CODE, exported, raze, restore_asked, worked
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db


def _held_by_a_closed_account():
    """A case whose officer cannot sign in, as an earlier release left it; its reference."""
    agency = Agency.objects.get(code=CODE)
    leaver = staff(agency, Role.AGENT, "leaver@roads.example")
    reference = filed(agency).reference
    with agency_context(agency):
        complaint_assign(reference=reference, officer=leaver, actor=SYSTEM)
        User.objects.filter(pk=leaver.pk).update(is_active=False)
        return reference, inactive_holders() == [leaver.pk]


def _found(reference):
    with agency_context(Agency.objects.get(code=CODE)):
        case = complaint_get(reference=reference)
        return case.assignee, case_events(case)[-1].kind, inactive_holders()


def test_a_restored_agency_leaves_no_case_with_a_closed_account(opened_export, tmp_path):
    worked(restore_asked(opened_export))
    reference, was_held = in_thread(_held_by_a_closed_account)
    again = exported(tmp_path)
    raze(CODE)

    done = worked(restore_asked(again))

    assert (done.state, done.fault_text, was_held) == (JobState.DONE, "", True)
    assert in_thread(lambda: _found(reference)) == (None, EventKind.UNASSIGNED, [])
