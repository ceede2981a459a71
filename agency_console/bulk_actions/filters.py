"""Read which cases of a list are meant, from the form beside it."""

from collections.abc import Sequence

from django.http import QueryDict

from agency_console.access.filters import list_address
from agency_console.bulk_actions.enums import BulkActionKind, CaseRange
from agency_console.bulk_actions.errors import NoCasesChosen, TooManyCases
from agency_console.inbox.enums import InboxView
from shared.accounts.models import User
from shared.complaints.selectors import (
    case_numbers,
    cases_referenced,
    inbox,
    scope_condition,
)
from shared.kernel import clock
from shared.kernel.references import LENGTH
from shared.units.selectors import unit_scope

# A change is a transaction for each case; a list is read at once.
MAX_CHANGED = 2_000
MAX_EXPORTED = 10_000
# More than a page has, whatever is sent.
MAX_REFERENCES = 500


def cases_chosen(data: QueryDict, *, officer: User, kind: BulkActionKind) -> list[int]:
    """The numbers of the cases that the form beside a list means, in the order of the list.

    ``which`` says how they are meant, ``case`` holds the references of the chosen ones, ``shown``
    those of the page, ``query`` the address of the list. Raises ``NoCasesChosen`` or
    ``TooManyCases``.
    """
    limit = MAX_EXPORTED if kind == BulkActionKind.EXPORT else MAX_CHANGED
    which = data.get("which", CaseRange.CHOSEN)
    if which == CaseRange.MATCHING:
        found = _matching(data, officer=officer, limit=limit + 1)
    else:
        references = _references(data, which)
        scope = unit_scope(user=officer)
        rows = cases_referenced(references).filter(scope_condition(scope, user_id=officer.pk))
        by_reference = dict(rows.values_list("reference", "pk"))
        found = [by_reference[one] for one in references if one in by_reference]
    if not found:
        raise NoCasesChosen
    if len(found) > limit:
        raise TooManyCases(limit)
    return found


def _references(data: QueryDict, which: str) -> list[str]:
    """The references that are meant, each once, in the order of the page."""
    shown = _plain(data.get("shown", "").split())
    chosen = _plain(data.getlist("case"))
    if which == CaseRange.PAGE:
        return shown
    if which == CaseRange.BETWEEN and (
        places := [shown.index(one) for one in chosen if one in shown]
    ):
        return shown[min(places) : max(places) + 1]
    return sorted(chosen, key=lambda one: shown.index(one) if one in shown else len(shown))


def _plain(texts: Sequence[str]) -> list[str]:
    known = (one for one in texts[:MAX_REFERENCES] if one.isascii() and one.isdecimal())
    return [one for one in dict.fromkeys(known) if len(one) == LENGTH]


def _matching(data: QueryDict, *, officer: User, limit: int) -> list[int]:
    """The cases of a list by the selector of the inbox itself, all its pages."""
    asked = list_address(QueryDict(data.get("query", "")))
    view = asked.view or data.get("view", "")
    if view not in InboxView.values:
        raise NoCasesChosen
    rows = inbox(
        view=view,
        user_id=officer.pk,
        today=clock.today(),
        scope=unit_scope(user=officer),
        text=asked.text,
        only=asked.only,
        sort=asked.sort,
    )
    return case_numbers(rows, limit=limit)
