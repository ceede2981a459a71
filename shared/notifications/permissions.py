"""Default deliveries of notices for each role."""

from shared.accounts.permissions import may_assign
from shared.notifications.enums import Delivery, NoticeKind

_REVIEWS = (NoticeKind.REVIEW_ASKED, NoticeKind.REVIEW_DECIDED)
# The kinds of notices that agents get at once.
_AT_ONCE_FOR_AGENTS = (NoticeKind.MESSAGE, NoticeKind.REOPENED, *_REVIEWS)


def default_delivery(*, role: str, kind: NoticeKind, is_own: bool = True) -> Delivery:
    """Return the default delivery of a kind of notice for a role.

    ``is_own``: the case is assigned to the officer. Agents get notices about messages, re-openings
    and reviews of their own cases at once, other notices in the morning. Staff who assign cases get
    notices about reviews at once, other notices in the morning.
    """
    if may_assign(role):
        return Delivery.AT_ONCE if kind in _REVIEWS else Delivery.DIGEST
    if kind in _AT_ONCE_FOR_AGENTS and is_own:
        return Delivery.AT_ONCE
    return Delivery.DIGEST
