"""Questions of the inbox."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from agency_console.access.filters import filter_query
from agency_console.inbox.enums import InboxView
from agency_console.inbox.types import (
    EmptyInbox,
    FilterControls,
    InboxPage,
    InboxQuery,
    LineTexts,
)
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Language
from shared.complaints.selectors import (
    EVERYTHING,
    CaseFilter,
    categories_present,
    inbox_cases,
    inbox_counts,
)
from shared.complaints.types import InboxCase
from shared.directory.selectors.organisation_search import organisation_search
from shared.kernel import clock
from shared.kernel.text import Wording, search_key
from shared.ui.links import page_language
from tenants.agencies.types import AgencyBodies

PAGE_SIZE = 50
# Nobody reads a larger number beside a list, and counting it would cost more than the page.
MAX_COUNTED = 1_000
# More are not chosen from a list: one types a name, and at most so many are offered for it.
MAX_LISTED_BODIES = 15
# An agency may answer for few of the bodies that are called so.
MAX_SEARCHED = 100


def inbox_page(*, view: InboxView, query: InboxQuery, officer: User) -> InboxPage:
    """The cases of one page; one query, whatever their number and whatever came before."""
    # One more than is shown: whether there is a next page.
    found = inbox_cases(
        view=view,
        user_id=officer.pk,
        today=clock.today(),
        text=query.text,
        after=query.after,
        only=query.only,
        at_most=PAGE_SIZE + 1,
    )
    cases = tuple(found[:PAGE_SIZE])
    return InboxPage(cases=cases, following=cases[-1].position if len(found) > PAGE_SIZE else None)


def list_counts(*, officer: User, only: CaseFilter = EVERYTHING) -> dict[str, int]:
    """How many cases each list holds; one more than ``MAX_COUNTED`` stands for any larger number.

    One query; two where many cases are open.
    """
    return inbox_counts(user_id=officer.pk, today=clock.today(), at_most=MAX_COUNTED + 1, only=only)


def line_texts(
    cases: Sequence[InboxCase], *, view: InboxView, only: CaseFilter, bodies: AgencyBodies
) -> LineTexts:
    """What the lines of a page have in common; no query mostly."""
    codes = {case.organisation_code for case in cases}
    # Where an agency answers for one body alone, its name on each line would say nothing.
    is_one = codes <= set(bodies.own) and len(bodies.own) <= 1
    return LineTexts(
        query=filter_query(only, view=view.value),
        bodies={} if is_one else _names(codes, bodies.labels),
        categories=_names({case.category_code for case in cases} - {""}, category_names_shown()),
    )


def filter_controls(query: InboxQuery, *, bodies: AgencyBodies) -> FilterControls:
    """The controls of the filter, and the bodies that a typed name may mean; one query or two.

    Offered are the categories that cases of the agency have.
    """
    body, category = query.only.organisation_code, query.only.category_code
    present = {*categories_present(), category} - {""}
    has_body_search = len(bodies.own) > MAX_LISTED_BODIES
    listed = set() if has_body_search or len(bodies.own) < 2 else {*bodies.own, body} - {""}
    found = _bodies_meant(query.body_text, bodies) if query.body_text else []
    return FilterControls(
        body=body,
        body_name=_names([body], bodies.labels)[body] if body else "",
        bodies=_sorted(_names(listed, bodies.labels)),
        has_body_search=has_body_search,
        found=[(code, name) for code, name in _names(found, bodies.labels).items()],
        category=category,
        categories=_sorted(_names(present, category_names_shown())),
    )


def _bodies_meant(text: str, bodies: AgencyBodies) -> list[str]:
    """Codes of the agency's bodies that the text may mean, best first; one where it is a name."""
    hits = organisation_search(text=text, language=page_language(), limit=MAX_SEARCHED)
    own, key = set(bodies.own), search_key(text)
    found = [hit.code for hit in hits if hit.code in own]
    named = [
        code
        for code in found
        if key in {search_key(bodies.labels[code].text(one)) for one in Language.values}
    ]
    return named if len(named) == 1 else found[:MAX_LISTED_BODIES]


def _names(codes: Iterable[str], labels: Mapping[str, Wording]) -> dict[str, str]:
    """What they are called in the language of the page; the code of what has left the lists."""
    language = page_language()
    return {code: labels[code].text(language) if code in labels else code for code in codes}


def _sorted(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda one: search_key(one[1]))


def default_view(*, role: str, mine: int) -> InboxView:
    """Agents begin with their own cases; who has none, or assigns to others, with nobody's."""
    return InboxView.MINE if role == Role.AGENT and mine else InboxView.UNASSIGNED


def inbox_emptiness(
    *, view: InboxView, counts: Mapping[str, int], query: InboxQuery, is_search: bool
) -> EmptyInbox:
    """What to say of a list without cases: first use, no match, nothing of one's own, all done."""
    if query.only:
        return EmptyInbox(
            reason="no_result",
            title=_("No case in this list matches"),
            text=_("Try another organisation, another category, or another list."),
            url=view.url,
            label=_("Clear search and filters") if is_search else _("Clear the filters"),
        )
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
