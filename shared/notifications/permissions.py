"""How somebody is written to as long as they have chosen nothing. Plain functions, no queries."""

from shared.accounts.permissions import may_assign
from shared.notifications.enums import Delivery, NoticeKind

_REVIEWS = (NoticeKind.REVIEW_ASKED, NoticeKind.REVIEW_DECIDED)
# The rest of what may happen to a case of an agent waits until the morning.
_AT_ONCE_FOR_AGENTS = (NoticeKind.MESSAGE, NoticeKind.REOPENED, *_REVIEWS)


def default_delivery(*, role: str, kind: NoticeKind, is_own: bool = True) -> Delivery:
    """Return how somebody with that role hears of it; ``is_own``: of a case that they hold.

    Agents at once of their own cases, for the citizen waits for them; of a case of their unit that
    nobody holds, in the morning. Those who assign cases: in the morning, reviews at once.
    """
    if may_assign(role):
        return Delivery.AT_ONCE if kind in _REVIEWS else Delivery.DIGEST
    if kind in _AT_ONCE_FOR_AGENTS and is_own:
        return Delivery.AT_ONCE
    return Delivery.DIGEST
