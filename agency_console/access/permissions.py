"""Which cases an officer may act on. Plain functions without queries."""

from typing import TYPE_CHECKING

from shared.accounts.permissions import may_assign
from shared.complaints.enums import Status

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint


def may_handle(case: "Complaint", officer: "User") -> bool:
    """Return whether they may answer: the assigned officer, anybody while nobody is, and
    supervisors.
    """
    return case.assignee_id in (None, officer.pk) or may_assign(officer.role)


def is_stub(case: "Complaint") -> bool:
    """Return whether another agency has the case: no text and no person is left of it here."""
    return case.status == Status.TRANSFERRED and bool(case.handed_to)
