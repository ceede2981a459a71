"""Which acts a case allows an officer now. Plain functions without queries."""

from typing import TYPE_CHECKING

from agency_console.casework.types import Act
from shared.accounts.permissions import may_assign
from shared.complaints.enums import Status
from shared.complaints.workflow import can_move

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint


def may_handle(case: "Complaint", officer: "User") -> bool:
    """Whether they may answer: the assigned officer, anybody while nobody is, and supervisors."""
    return case.assignee_id in (None, officer.pk) or may_assign(officer.role)


def may_see_identity(case: "Complaint", officer: "User") -> bool:
    """The national identity number: only for the person who answers the case (09-08)."""
    return case.assignee_id == officer.pk or may_assign(officer.role)


def acts_on(case: "Complaint", officer: "User", *, is_barred: bool) -> frozenset[Act]:
    """Return the acts that the case allows this officer now; a note is always possible.

    ``is_barred``: they decided on it in an earlier round, and somebody else can decide now.
    """
    status = Status(case.status)
    is_answering = case.is_open and may_handle(case, officer)
    possible = {
        Act.NOTE: True,
        Act.TAKE: case.is_open and case.assignee_id is None and not is_barred,
        Act.ASSIGN: case.is_open and may_assign(officer.role),
        Act.MESSAGE: is_answering,
        # Answering a case that nobody has taken takes it; the workflow has no such transition.
        Act.REPLY: is_answering
        and not is_barred
        and (status == Status.RECEIVED or can_move(status, Status.ANSWERED)),
        Act.REFUSE: is_answering and not is_barred and can_move(status, Status.INADMISSIBLE),
        Act.DIRECT: is_answering and not is_barred and can_move(status, Status.INADMISSIBLE),
        Act.ASK: is_answering and can_move(status, Status.AWAITING_CITIZEN),
    }
    return frozenset(act for act, is_possible in possible.items() if is_possible)
