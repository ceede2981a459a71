"""Default ways of delivery of notices, by role. Plain functions, no queries."""

from shared.accounts.permissions import may_assign
from shared.notifications.enums import Delivery, NoticeKind

_REVIEWS = (NoticeKind.REVIEW_ASKED, NoticeKind.REVIEW_DECIDED)
# Agents get all other kinds in the morning.
_AT_ONCE_FOR_AGENTS = (NoticeKind.MESSAGE, NoticeKind.REOPENED, *_REVIEWS)


def default_delivery(*, role: str, kind: NoticeKind, is_own: bool = True) -> Delivery:
    """Return a role's default delivery of a kind; ``is_own``: the officer has the case.

    Agents get messages, re-openings and reviews of their own cases at once, because the citizen
    waits, and other notices in the morning. Staff who assign cases get reviews at once and other
    notices in the morning.
    """
    if may_assign(role):
        return Delivery.AT_ONCE if kind in _REVIEWS else Delivery.DIGEST
    if kind in _AT_ONCE_FOR_AGENTS and is_own:
        return Delivery.AT_ONCE
    return Delivery.DIGEST
