"""The life of a case as a table. Read it, print it, test it; there is no other state machine."""

from shared.complaints.enums import Status
from shared.complaints.errors import TransitionNotAllowed

_HELD = frozenset(
    {
        Status.AWAITING_CITIZEN,
        Status.ANSWERED,
        Status.TRANSFERRED,
        Status.INADMISSIBLE,
        Status.WITHDRAWN,
    }
)

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset(
        {Status.IN_PROGRESS, Status.TRANSFERRED, Status.INADMISSIBLE, Status.WITHDRAWN}
    ),
    Status.IN_PROGRESS: _HELD,
    Status.AWAITING_CITIZEN: frozenset({Status.IN_PROGRESS, Status.WITHDRAWN}),
    Status.ANSWERED: frozenset({Status.REOPENED, Status.CLOSED}),
    Status.REOPENED: _HELD,
    Status.INADMISSIBLE: frozenset({Status.REOPENED, Status.CLOSED}),
    Status.TRANSFERRED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.CLOSED: frozenset(),
}


def can_move(old: Status, new: Status) -> bool:
    """Whether the table has that move."""
    return new in TRANSITIONS[old]


def require_move(old: Status, new: Status) -> None:
    """Raises ``TransitionNotAllowed`` unless the table has that move."""
    if not can_move(old, new):
        raise TransitionNotAllowed(f"{old} -> {new}")
