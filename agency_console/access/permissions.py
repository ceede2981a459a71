"""Functions without queries that say on which cases an officer may act."""

from typing import TYPE_CHECKING

from shared.accounts.permissions import may_assign
from shared.complaints.enums import Status

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint


def may_handle(case: "Complaint", officer: "User") -> bool:
    """Return whether the case is unassigned, or the officer is its assignee or may assign cases."""
    return case.assignee_id in (None, officer.pk) or may_assign(officer.role)


def is_stub(case: "Complaint") -> bool:
    """Return whether another agency has the case, so that this schema has no text of the case."""
    return case.status == Status.TRANSFERRED and bool(case.handed_to)
