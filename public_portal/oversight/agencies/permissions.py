"""Who may cancel long work, or let it go on. No queries here."""

from shared.accounts.permissions import may_operate, may_view_agencies
from shared.jobs.enums import JobKind

# Who decides on requests for a workspace looks after its making as well.
OF_THOSE_WHO_APPROVE = (JobKind.PROVISION, JobKind.BULK)


def may_act_on(kind: str, *, role: str) -> bool:
    """Cancel work of a kind, or try it again."""
    return may_view_agencies(role) if kind in OF_THOSE_WHO_APPROVE else may_operate(role)
