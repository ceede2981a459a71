"""Which acts a case allows to an officer now. Plain functions; no queries here."""

from typing import Protocol

from agency_console.casework.types import Act
from shared.accounts.permissions import may_assign
from shared.complaints.enums import Status
from shared.complaints.workflow import can_move


class HeldCase(Protocol):
    """The columns of a case on which these rights depend."""

    status: str
    assignee_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether the agency still owes a reply."""


class Officer(Protocol):
    """What of a person matters here."""

    pk: int
    role: str


def may_handle(case: HeldCase, officer: Officer) -> bool:
    """Speak for the agency: whoever holds the case, anybody while nobody does, and supervisors."""
    return case.assignee_id in (None, officer.pk) or may_assign(officer.role)


def may_see_identity(case: HeldCase, officer: Officer) -> bool:
    """The national identity number: for who answers, not for every colleague who looks (09-08)."""
    return case.assignee_id == officer.pk or may_assign(officer.role)


def acts_on(case: HeldCase, officer: Officer) -> frozenset[Act]:
    """Everything that this officer can do to the case as it stands; a note is always possible."""
    acts = {Act.NOTE}
    if not case.is_open:
        return frozenset(acts)
    if case.assignee_id is None:
        acts.add(Act.TAKE)
    if may_assign(officer.role):
        acts.add(Act.ASSIGN)
    if may_handle(case, officer):
        acts |= _words_to_citizen(Status(case.status))
    return frozenset(acts)


def _words_to_citizen(status: Status) -> set[Act]:
    # Answering a case that nobody has taken takes it; the table itself has no such short cut.
    can_reply = status == Status.RECEIVED or can_move(status, Status.ANSWERED)
    possible = {
        Act.MESSAGE: True,
        Act.REPLY: can_reply,
        Act.REFUSE: can_move(status, Status.INADMISSIBLE),
        Act.ASK: can_move(status, Status.AWAITING_CITIZEN),
    }
    return {act for act, is_possible in possible.items() if is_possible}
