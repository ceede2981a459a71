"""Selectors of the supervisor's dashboard; more cases do not need more queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext as _, ngettext, pgettext

from agency_console.access.selectors import case_url, name_of
from agency_console.dashboard.types import (
    Dashboard,
    Given,
    LinkedNumber,
    LoadRow,
    OfficerCases,
    WaitingRow,
    WeekRow,
)
from shared.accounts.models import User
from shared.accounts.selectors import officers
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors.weekly import WeekLoad, weekly_load
from shared.complaints.selectors.workload import (
    COUNTS,
    Workload,
    held_cases,
    longest_waiting,
    news_after_reply,
    open_workload,
    snoozed_by,
)
from shared.kernel import clock
from shared.kernel.text import search_key
from shared.ui.charts import ChartTable, ChartWords, Column, ColumnsChart, columns_chart
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.units.selectors import (
    absent_ids,
    officers_able_to_answer,
    unit_members,
    unit_scope,
    units,
)
from shared.units.types import UnitInfo, UnitScope, with_descendants

MAX_WAITING = 5
# The maximum count of an officer's cases on the page; the inbox shows all cases.
MAX_SHOWN = 100
# The value in an address for cases of the agency as a whole, which have no unit.
NO_UNIT = "none"
Which = Callable[[Workload], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """Counts of the cases in the reader's lists, for each officer, unit and category."""

    open: Sequence[Workload]
    answered: Sequence[Workload]

    def row(
        self, name: str, which: Which, filters: Mapping[str, str] | None, **more: Any
    ) -> LoadRow:
        """Return a row with counts of matching cases, without links if ``filters`` is ``None``."""
        rows = [one for one in self.open if which(one)]
        news = [*rows, *(one for one in self.answered if which(one))]

        def linked(view: str, number: int) -> LinkedNumber:
            url = "" if filters is None else inbox_url(view=view, **filters)
            return LinkedNumber(number=number, url=url)

        return LoadRow(
            name=name,
            open=linked("open", _sum(rows, "number")),
            late=linked("overdue", _sum(rows, "late")),
            promise_late=linked("promise_late", _sum(rows, "promise_late")),
            due_soon=linked("due_5", _sum(rows, "due_soon")),
            news=linked("new", _sum(news, "news")),
            waiting_since=min(
                (one.waiting_since for one in news if one.waiting_since), default=None
            ),
            **more,
        )


def dashboard(
    *, reader: User, scope: UnitScope, approvals: int | None = None, offers: int = 0
) -> Dashboard:
    """Return the present work in a supervisor's units, and the load of the last eight weeks.

    ``approvals``: count of texts that wait for the reader's approval; ``None`` leaves it out.
    ``offers``: count of cases that other administrations offer to this administration.
    """
    today = clock.today()
    load = _load(reader, scope, today)
    weeks = weekly_load(today=today, scope=scope, user_id=reader.pk)
    waiting = longest_waiting(user_id=reader.pk, scope=scope, limit=MAX_WAITING)
    return Dashboard(
        today=[*_today(load), *_elsewhere(approvals, offers)],
        waiting=[
            WaitingRow(
                reference=one.reference,
                url=f"{case_url('show-case', one.reference)}?view=new",
                officer=one.officer,
                waiting_since=one.waiting_since,
            )
            for one in waiting
        ],
        officers=_officer_rows(load, scope, today),
        units=_unit_rows(load, scope),
        categories=_category_rows(load),
        weeks=[_week_row(week) for week in weeks],
        chart=_chart(weeks),
    )


def officer_cases(*, user_id: int, reader: User) -> OfficerCases | None:
    """Return the open cases of an officer that the reader may see.

    Return ``None`` if there are none, and the officer belongs to no unit of the reader.
    """
    today, scope = clock.today(), unit_scope(user=reader)
    people = {one.pk: one for one in _within(officers(), scope)}
    load = _load(reader, scope, today)
    held = sum(one.number for one in load.open if one.assignee_id == user_id)
    if user_id not in people and not held:
        return None
    found = held_cases(user_id=user_id, reader_id=reader.pk, scope=scope, limit=MAX_SHOWN)
    absent = absent_ids(on=today)
    holder = people.get(user_id) or User.objects.get(pk=user_id)
    return OfficerCases(
        user_id=user_id,
        name=holder.name,
        is_absent=user_id in absent,
        cases=found,
        more=max(held - len(found), 0),
        url=inbox_url(view="open", officer=str(user_id)),
        colleagues=[
            (str(one.pk), one.name)
            for one in _within(officers_able_to_answer(), scope)
            if one.pk != user_id
        ],
    )


def receiving_officer(*, user_id: int, reader: User, holder_id: int) -> User | None:
    """Return the officer ``user_id`` if the holder's cases can go to this officer, or ``None``."""
    found = (
        one
        for one in _within(officers_able_to_answer(), unit_scope(user=reader))
        if one.pk == user_id
    )
    return next(found, None) if user_id != holder_id else None


def inbox_url(*, view: str, **filters: str) -> str:
    """Return the address of a list of the inbox."""
    return f"{reverse('inbox:list-cases')}?{urlencode({'view': view, **filters})}"


def _within(people: Iterable[User], scope: UnitScope) -> list[User]:
    """Return those of ``people`` who work in a supervisor's units, in the same order."""
    if scope.unit_ids is None:
        return list(people)
    members = unit_members()
    return [one for one in people if scope.unit_ids.intersection(members.get(one.pk, ()))]


def _load(reader: User, scope: UnitScope, today: date) -> _Load:
    """Count the cases that the reader's inbox lists show; three queries."""
    # The reader's lists leave out the cases that the reader has put aside.
    aside = [
        one._replace(waiting_since=None, **{name: -getattr(one, name) for name in COUNTS})
        for one in snoozed_by(user_id=reader.pk, today=today)
    ]
    shown = [*open_workload(today=today), *aside]
    answered = news_after_reply(today=today)

    def is_seen(one: Workload) -> bool:
        return scope.holds(one.unit_id) or one.assignee_id == reader.pk

    return _Load(open=list(filter(is_seen, shown)), answered=list(filter(is_seen, answered)))


def _today(load: _Load) -> list[LinkedNumber]:
    whole = load.row("", lambda one: True, {})
    nobodys = load.row("", lambda one: one.assignee_id is None, {})
    figures = [
        (_("Past the legal deadline"), whole.late, True),
        (_("Past the promised day"), whole.promise_late, True),
        (_("Due in the next five days"), whole.due_soon, False),
        (_("New from the citizen"), whole.news, False),
        (_("All open"), whole.open, False),
    ]
    found = [
        LinkedNumber(
            number=one.number, url=one.url, label=label, is_alert=is_bad and one.number > 0
        )
        for label, one, is_bad in figures
    ]
    free = LinkedNumber(
        number=nobodys.open.number, url=inbox_url(view="unassigned"), label=_("Unassigned")
    )
    return [*found[:3], free, *found[3:]]


def _elsewhere(approvals: int | None, offers: int) -> list[LinkedNumber]:
    """Return the count of texts to approve unless ``None``, and of offered cases unless 0."""
    found = (
        (approvals, "casework:list-approvals", _("Waiting for approval")),
        (offers or None, "transfers:list-offers", _("Cases offered to you")),
    )
    return [
        LinkedNumber(number=number, url=reverse(page), label=label)
        for number, page, label in found
        if number is not None
    ]


def _officer_rows(load: _Load, scope: UnitScope, today: date) -> list[LoadRow]:
    """Return a row for each officer, sorted by the count of late cases, the largest count first."""
    absent = absent_ids(on=today)
    rows = [
        load.row(
            person.name,
            _of_officer(person.pk),
            {"officer": str(person.pk)},
            url=reverse("dashboard:show-officer", args=[person.pk]),
            is_absent=person.pk in absent,
        )
        for person in _people(load, scope)
    ]
    return sorted(rows, key=lambda one: (-one.late.number, -one.open.number, search_key(one.name)))


def _people(load: _Load, scope: UnitScope) -> list[User]:
    """Return the officers of the units, and other officers who have a case of these units."""
    people = _within(officers(), scope)
    known = {one.pk for one in people}
    others = {
        one.assignee_id
        for one in (*load.open, *load.answered)
        if one.assignee_id is not None and one.assignee_id not in known
    }
    return [*people, *User.objects.filter(pk__in=others)] if others else people


def _of_officer(user_id: int) -> Which:
    return lambda one: one.assignee_id == user_id


def _unit_rows(load: _Load, scope: UnitScope) -> list[LoadRow]:
    """Return a row for each unit with its subunits; before them, a row for cases of no unit.

    A reader of some units gets no row for cases of no unit. Empty if no unit exists.
    """
    known = [one for one in units() if scope.holds(one.id)]
    if not known:
        return []
    parents = {one.id: one.parent_id for one in known}
    language = page_language()
    rows = [
        load.row(
            one.names.text(language),
            _of_units(with_descendants([one.id], parents)),
            {"unit": str(one.id)},
            level=level,
        )
        for one, level in _tree(known)
    ]
    if scope.unit_ids is None:
        rows.insert(0, load.row(_("Of no unit"), _of_units({None}), {"unit": NO_UNIT}))
    return rows


def _of_units(unit_ids: Iterable[int | None]) -> Which:
    numbers = frozenset(unit_ids)
    return lambda one: one.unit_id in numbers


def _tree(known: Sequence[UnitInfo]) -> list[tuple[UnitInfo, int]]:
    """Return each unit after its parent unit, with its depth in the tree."""
    ids = {one.id for one in known}
    found: list[tuple[UnitInfo, int]] = []

    def walk(parent: int | None, level: int) -> None:
        for one in known:
            above = one.parent_id if one.parent_id in ids else None
            if above == parent:
                found.append((one, level))
                walk(one.id, level + 1)

    walk(None, 0)
    return found


def _category_rows(load: _Load) -> list[LoadRow]:
    names = category_names_shown()
    codes = {one.category_code for one in load.open}
    rows = [
        load.row(
            name_of(code, names) or _("Without a category"),
            _of_category(code),
            {"category": code} if code else None,
        )
        for code in codes
    ]
    rows = [one for one in rows if one.open.number]
    return sorted(rows, key=lambda one: (-one.late.number, -one.open.number, search_key(one.name)))


def _of_category(code: str) -> Which:
    return lambda one: one.category_code == code


def _week_row(week: WeekLoad) -> WeekRow:
    filters = {"from": week.first_day.isoformat(), "to": week.last_day.isoformat()}
    url = inbox_url(view="all", **filters)
    return WeekRow(week=week, received=LinkedNumber(number=week.received, url=url))


def _chart(weeks: Sequence[WeekLoad]) -> ColumnsChart:
    labels = [day_text(week.last_day) for week in weeks]
    rows = [
        (label, str(week.open), str(week.late)) for label, week in zip(labels, weeks, strict=True)
    ]
    return columns_chart(
        words=ChartWords(
            key="weeks",
            title=_("Open requests at the end of each week"),
            description=_("The stronger part of a column: requests past their legal deadline."),
            twin=ChartTable(
                headings=[
                    _("End of the week"),
                    pgettext("cases", "Open"),
                    _("Past the legal deadline"),
                ],
                rows=rows,
            ),
        ),
        columns=[
            Column(label=label, whole=week.open, part=week.late)
            for label, week in zip(labels, weeks, strict=True)
        ],
        whole_name=pgettext("cases", "Open"),
        part_name=_("Past the legal deadline"),
        rtl=get_language_bidi(),
    )


def _sum(rows: Iterable[Workload], name: str) -> int:
    return sum(getattr(row, name) for row in rows)


def given_text(given: Given, *, name: str) -> str:
    """Return in words how many cases were reassigned, and how many were skipped for each reason."""
    done = ngettext(
        "%(number)d case was given to %(name)s.",
        "%(number)d cases were given to %(name)s.",
        given.done,
    ) % {"number": given.done, "name": name}
    skipped = [
        _("%(number)d skipped: %(reason)s") % {"number": number, "reason": reason}
        for reason, number in given.skipped.items()
    ]
    return " · ".join([done, *skipped])
