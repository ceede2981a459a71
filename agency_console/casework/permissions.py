"""Functions without queries that say which acts an officer can do to a case."""

from datetime import datetime
from typing import TYPE_CHECKING

from agency_console.access.permissions import may_handle
from agency_console.casework.enums import DECISIONS, DraftAct
from agency_console.casework.types import Act
from shared.accounts.permissions import may_assign
from shared.complaints.enums import Privacy, Status
from shared.complaints.permissions import (
    interim_needs_approval,
    may_send_interim,
    may_write,
)
from shared.complaints.workflow import can_move

if TYPE_CHECKING:
    from shared.accounts.models import User
    from shared.complaints.models import Complaint


def may_see_identity(case: "Complaint", officer: "User") -> bool:
    """Return whether the officer may see the national identity number.

    Law 09-08: only the case's assignee and the officers who may assign cases see the number.
    """
    return case.assignee_id == officer.pk or may_assign(officer.role)


def waits_for_approval(
    act: DraftAct, officer: "User", *, is_asked: bool, case: "Complaint | None" = None
) -> bool:
    """Return whether a text needs the approval of a supervisor.

    True for an agent's decision in an agency that asks for approval, and in every agency for an
    agent's second interim reply in a round of ``case``.
    """
    if may_assign(officer.role):
        return False
    if act == DraftAct.INTERIM:
        return case is not None and interim_needs_approval(case)
    return is_asked and act in DECISIONS


def acts_on(case: "Complaint", officer: "User", *, is_barred: bool, at: datetime) -> frozenset[Act]:
    """Return the acts that this officer can do to the case now.

    A note and labels are possible unless another agency has the case. ``is_barred``: the officer
    decided on the case in an earlier round, and another officer can decide now.
    """
    if case.is_merged:
        # A merged case is worked on and answered in its main case.
        return frozenset({Act.NOTE, Act.LABEL})
    status, is_handler = Status(case.status), may_handle(case, officer)
    is_answering = case.is_open and is_handler
    is_deciding = is_answering and not is_barred
    possible = {
        Act.NOTE: status != Status.TRANSFERRED,
        Act.LABEL: status != Status.TRANSFERRED,
        Act.TAKE: is_deciding and case.assignee_id != officer.pk,
        Act.ASSIGN: case.is_open and may_assign(officer.role),
        Act.UNASSIGN: is_answering and case.assignee_id is not None,
        # While the citizen may write, the officer must be able to answer.
        Act.MESSAGE: is_handler and may_write(case, at=at),
        # From RECEIVED, no transition leads to ANSWERED, but the reply assigns the case first.
        Act.REPLY: is_deciding and (status == Status.RECEIVED or can_move(status, Status.ANSWERED)),
        Act.REFUSE: is_deciding and can_move(status, Status.INADMISSIBLE),
        Act.DIRECT: is_deciding and can_move(status, Status.INADMISSIBLE),
        Act.ASK: is_answering and can_move(status, Status.AWAITING_CITIZEN),
        Act.INTERIM: is_answering and may_send_interim(case),
        Act.WITHDRAW_QUESTION: is_answering and status == Status.AWAITING_CITIZEN,
        Act.MERGE: is_answering and case.privacy == Privacy.NAMED,
        # An offer is no decision on the request, so an officer who decided before may make it.
        Act.OFFER: is_answering and can_move(status, Status.TRANSFERRED) and not case.offered_to,
    }
    return frozenset(act for act, is_possible in possible.items() if is_possible)
