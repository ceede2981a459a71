"""Questions of the inbox."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from agency_console.inbox.enums import InboxView
from agency_console.inbox.types import EmptyInbox, InboxPage, InboxQuery
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.selectors import inbox_cases, inbox_counts
from shared.kernel import clock

PAGE_SIZE = 50
# Nobody reads a larger number beside a list, and counting it would cost more than the page.
MAX_COUNTED = 1_000


def inbox_page(*, view: InboxView, query: InboxQuery, officer: User) -> InboxPage:
    """The cases of one page; one query, whatever their number and whatever came before."""
    # One more than is shown: whether there is a next page.
    found = inbox_cases(
        view=view,
        user_id=officer.pk,
        today=clock.today(),
        text=query.text,
        after=query.after,
        at_most=PAGE_SIZE + 1,
    )
    cases = tuple(found[:PAGE_SIZE])
    return InboxPage(cases=cases, following=cases[-1].position if len(found) > PAGE_SIZE else None)


def list_counts(*, officer: User) -> dict[str, int]:
    """How many cases each list holds; one more than ``MAX_COUNTED`` stands for any larger number.

    One query.
    """
    return inbox_counts(user_id=officer.pk, today=clock.today(), at_most=MAX_COUNTED + 1)


def default_view(*, role: str, mine: int) -> InboxView:
    """Agents begin with their own cases; who has none, or assigns to others, with nobody's."""
    return InboxView.MINE if role == Role.AGENT and mine else InboxView.UNASSIGNED


def inbox_emptiness(*, view: InboxView, counts: Mapping[str, int], is_search: bool) -> EmptyInbox:
    """What to say of a list without cases: first use, no match, nothing of one's own, all done."""
    if counts[InboxView.ALL] == 0:
        return EmptyInbox(
            reason="first_use",
            title=_("No request has come in yet"),
            text=_("What citizens send to your administration through the portal arrives here."),
        )
    if is_search:
        return EmptyInbox(
            reason="no_result",
            title=_("No case in this list matches"),
            text=_("Try fewer words, the first digits of a reference, or another list."),
            url=view.url,
            label=_("Clear the search"),
        )
    if view == InboxView.MINE:
        return EmptyInbox(
            reason="nothing_mine",
            title=_("No open case is assigned to you"),
            text=_("Take one of the unassigned cases."),
            url=InboxView.UNASSIGNED.url,
            label=_("Show unassigned cases"),
        )
    return EmptyInbox(
        reason="all_done",
        title=_("No cases in this list"),
        text=_("There is nothing to do in this list now."),
        url=InboxView.OPEN.url,
        label=_("Show all open cases"),
    )
