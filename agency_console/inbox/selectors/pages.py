"""Selectors of one page of the inbox, of the reason of an empty list, and of the counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from agency_console.access.forms import list_query, search_text
from agency_console.access.selectors import name_of
from agency_console.access.types import ListAddress
from agency_console.inbox.enums import InboxView
from agency_console.inbox.types import EmptyInbox, InboxNames, InboxPage, LineMarks, LineTexts
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import staff_names
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors import (
    EVERYTHING,
    CaseFilter,
    inbox_cases,
    inbox_counts,
    label_list,
    list_sort,
    officer_marks,
    position_of,
    search_hits,
)
from shared.complaints.types import (
    InboxCase,
)
from shared.complaints.types.lists import CaseCount
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.ui.links import page_language
from shared.units.selectors import units
from shared.units.types import UnitScope
from tenants.agencies.types import AgencyBodies

PAGE_SIZE = 50
# Counting stops at this count, because an exact larger count would take time for no use.
MAX_COUNTED = 1_000


def inbox_names(
    *, scope: UnitScope, cases: Collection[InboxCase], only: CaseFilter = EVERYTHING
) -> InboxNames:
    """Return the names of labels, units and people that these cases and this filter need.

    One query for each needed kind of name. The names of officers are in ``cases`` already.
    """
    return all_names(
        scope=scope,
        has_labels=bool(only.label_id) or any(case.label_ids for case in cases),
        has_units=bool(only.unit_id) or any(case.unit_id for case in cases),
        has_officers=bool(only.officer_id),
    )


def all_names(
    *, scope: UnitScope, has_labels: bool = True, has_units: bool = True, has_officers: bool = True
) -> InboxNames:
    """Return the names of labels, units and people of the agency; one query for each kind."""
    people = staff_names() if has_officers else ()
    return InboxNames(
        scope=scope,
        labels=label_list() if has_labels else [],
        units=units() if has_units else [],
        officers={number: name for number, name, _is_active in people},
        present=[number for number, _name, is_active in people if is_active],
    )


def inbox_page(*, address: ListAddress, officer: User, scope: UnitScope) -> InboxPage:
    """Return the cases of one page with their marks; two queries for any number of cases.

    A search for words takes four more queries.
    """
    # One more case than the page shows is read, to find out whether a next page exists.
    found = inbox_cases(
        view=address.view,
        user_id=officer.pk,
        today=clock.today(),
        scope=scope,
        text=search_text(address.text),
        after=address.after,
        only=address.only,
        sort=address.sort,
        at_most=PAGE_SIZE + 1,
    )
    cases = tuple(found[:PAGE_SIZE])
    order = list_sort(address.view, address.sort)
    return InboxPage(
        cases=cases,
        marks=line_marks({case.case_id: case.version for case in cases}, user_id=officer.pk),
        hits=search_hits([case.case_id for case in cases], search_text(address.text))
        if address.text and cases
        else {},
        following=position_of(cases[-1], order) if len(found) > PAGE_SIZE else None,
    )


def line_marks(versions: Mapping[int, int], *, user_id: int) -> dict[int, LineMarks]:
    """Return the officers' marks on cases, given as a dict: id -> version; one query at most."""
    if not versions:
        return {}
    marks = dict.fromkeys(versions, LineMarks())
    for mark in officer_marks(case_ids=versions.keys(), user_id=user_id):
        line = marks[mark.case_id]
        if mark.user_id == user_id:
            is_aside = mark.snoozed_until is not None and mark.snoozed_until > clock.today()
            line = replace(
                line,
                is_unread=mark.read_version < versions[mark.case_id],
                snoozed_until=mark.snoozed_until if is_aside else None,
            )
        else:
            line = replace(line, writers=(*line.writers, mark.name))
        marks[mark.case_id] = line
    return marks


def list_counts(
    *, officer: User, scope: UnitScope, only: CaseFilter = EVERYTHING
) -> dict[str, CaseCount]:
    """Return the number of cases in each list, up to ``MAX_COUNTED``; one query."""
    return inbox_counts(
        user_id=officer.pk, today=clock.today(), scope=scope, at_most=MAX_COUNTED, only=only
    )


def line_texts(
    cases: Collection[InboxCase],
    *,
    address: ListAddress,
    names: InboxNames,
    bodies: AgencyBodies,
) -> LineTexts:
    """Return the values that the lines of a page have in common; usually without a query."""
    codes = {case.organisation_code for case in cases}
    labelled = {label for case in cases for label in case.label_ids}
    held = {case.unit_id for case in cases}
    language = page_language()
    # If an agency answers for only one body, the lines do not show the body's name.
    is_one = codes <= set(bodies.own) and len(bodies.own) <= 1
    return LineTexts(
        query=list_query(replace(address, at=None)),
        sort=list_sort(address.view, address.sort),
        today=clock.today(),
        bodies={} if is_one else names_in(codes, bodies.labels),
        categories=names_in({case.category_code for case in cases} - {""}, category_names_shown()),
        labels={label.id: label.name for label in names.labels if label.id in labelled},
        units={unit.id: unit.names.text(language) for unit in names.units if unit.id in held},
        here=address.at.case_id if address.at else 0,
    )


def names_in(codes: Iterable[str], labels: Mapping[str, Wording]) -> dict[str, str]:
    """Return a dict: code -> name in the page's language, or the code if it has no name."""
    return {code: name_of(code, labels) for code in codes}


def default_view(*, role: str, mine: int) -> InboxView:
    """Return the first list: an agent's own cases if the agent has any, else unassigned cases."""
    return InboxView.MINE if role == Role.AGENT and mine else InboxView.UNASSIGNED


def inbox_emptiness(
    *,
    address: ListAddress,
    counts: Mapping[str, CaseCount],
    scope: UnitScope,
    is_search: bool,
) -> EmptyInbox:
    """Return the text for an empty list: why the list is empty, and a link to go on."""
    view = InboxView(address.view)
    if address.only:
        return EmptyInbox(
            reason="no_result",
            title=_("No case in this list matches"),
            text=_("Remove a part of the filter, or try another list."),
            url=view.url,
            label=_("Clear search and filters") if is_search else _("Clear the filters"),
        )
    if counts[InboxView.ALL].number == 0:
        return _nothing_at_all(scope)
    if is_search:
        return _nothing_found(view)
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


def _nothing_found(view: InboxView) -> EmptyInbox:
    return EmptyInbox(
        reason="no_result",
        title=_("No case in this list matches"),
        text=_("Try fewer words, the first digits of a reference, or another list."),
        url=view.url,
        label=_("Clear the search"),
    )


def _nothing_at_all(scope: UnitScope) -> EmptyInbox:
    if scope.unit_ids is None:
        return EmptyInbox(
            reason="first_use",
            title=_("No request has come in yet"),
            text=_("What citizens send to your administration through the portal arrives here."),
        )
    return EmptyInbox(
        reason="no_permission",
        title=_("Your units have no cases"),
        text=_(
            "You see the cases of the units to which you belong. If you need those of another "
            "unit, ask an administrator of your workspace."
        ),
    )
