"""Selectors of an agency's own figures: of a period, of units and officers, and at present."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from agency_console.access.selectors import name_of
from agency_console.reports.types import GroupFigures, GroupRow
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors import InterimTally, inbox_counts, interim_tally
from shared.complaints.selectors.reply_tallies import (
    OfficerTally,
    ReplyTally,
    officer_tallies,
    reply_tallies,
)
from shared.figures.funnel import FunnelItem, FunnelPoint, funnel
from shared.figures.intervals import MIN_TO_JUDGE, ComparisonResult, Rate, pooled
from shared.figures.refusals import NOTHING_DUE, Timeliness, compare_beside_refusals
from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.kernel.text import search_key
from shared.register.enums import Measure
from shared.register.presenters.lines import figure_groups, rate_line
from shared.register.selectors.figures import cohort_figures, monthly_received_and_replied
from shared.register.types import FigureScope, FiguresDetail
from shared.ui.links import page_language
from shared.ui.types import NavItem
from shared.units.selectors import unit_scope, units

# The limit is never reached, because an agency has fewer open cases.
MAX_COUNTED = 1_000_000


def agency_figures(*, scope: FigureScope, months_csv: str) -> FiguresDetail:
    """Return the figures of the public page, with small counts that the public page hides."""
    return figure_groups(
        cohort_figures(scope=scope, as_of=clock.now()),
        monthly_received_and_replied(scope=scope),
        published=False,
        months_csv=months_csv,
    )


def interim_figures(*, scope: FigureScope, reader: User) -> InterimTally:
    """Return the counts of interim replies of a period, in cases that the reader may see."""
    return interim_tally(
        first=scope.date_from,
        last=scope.date_to,
        kind=scope.kind,
        scope=unit_scope(user=reader),
        user_id=reader.pk,
    )


def current_figures(*, officer: User) -> list[NavItem]:
    """Return present counts of the cases that the officer may see, each with a link to a list."""
    labels = {
        "overdue": _("Past the legal deadline"),
        "escalated": pgettext("cases", "Escalated"),
        "unassigned": _("Unassigned"),
        "awaiting": _("Waiting for the citizen"),
        "open": _("All open"),
    }
    counts = inbox_counts(
        user_id=officer.pk,
        today=clock.today(),
        scope=unit_scope(user=officer),
        views=list(labels),
        at_most=MAX_COUNTED,
    )
    return [
        NavItem(
            label=label,
            count=counts[view].number,
            is_more=counts[view].is_more,
            url=f"{reverse('inbox:list-cases')}?view={view}",
        )
        for view, label in labels.items()
    ]


def group_figures(*, scope: FigureScope, reader: User) -> GroupFigures:
    """Return how the requests of a period were answered, by unit, category and officer.

    Only cases that the reader may see are counted. Readers who may not assign cases get no figures
    of officers.
    """
    own = unit_scope(user=reader)
    asked = {"first": scope.date_from, "last": scope.date_to, "kind": scope.kind}
    tallies = reply_tallies(**asked, scope=own, user_id=reader.pk)  # type: ignore[arg-type]
    whole = sum((_timeliness(one) for one in tallies), NOTHING_DUE)
    refused = pooled(Rate(successes=one.refused, n=one.replied) for one in tallies)
    language, categories = page_language(), category_names_shown()
    names = {one.id: one.names.text(language) for one in units()}

    def category_name(code: str) -> str:
        return name_of(code, categories) or _("Without a category")

    rows_of_officers = []
    if may_assign(reader.role):
        found = officer_tallies(**asked, scope=own, user_id=reader.pk)  # type: ignore[arg-type]
        parts = [
            _Part(
                name=one.name,
                timeliness=_timeliness(one),
                refused=Rate(successes=one.refused, n=one.due),
            )
            for one in found
        ]
        rows_of_officers = _group_rows(parts, whole)
    return GroupFigures(
        scope=scope,
        whole=rate_line(Measure.IN_TIME, whole.replied),
        refused=rate_line(Measure.REFUSED, refused),
        min_n=MIN_TO_JUDGE,
        units=_rows(
            tallies,
            lambda one: one.unit_id,
            lambda key: names.get(key, _("Of no unit")),
            whole,
        )
        if names
        else [],
        categories=_rows(tallies, lambda one: one.category_code, category_name, whole),
        officers=rows_of_officers,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    name: str
    timeliness: Timeliness
    refused: Rate
    counts: Mapping[str, int] = field(default_factory=dict)


def _timeliness(tally: ReplyTally | OfficerTally) -> Timeliness:
    return Timeliness(due=tally.due, in_time=tally.in_time, refused=tally.refused_in_time)


def _rows(
    tallies: Iterable[ReplyTally],
    key: Callable[[ReplyTally], Hashable],
    name: Callable[..., str],
    average: Timeliness,
) -> list[GroupRow]:
    """Return one row for each group, sorted by name."""
    groups = grouped((key(one), one) for one in tallies)
    parts = [
        _Part(
            name=name(group),
            timeliness=sum((_timeliness(one) for one in found), NOTHING_DUE),
            refused=pooled(Rate(successes=one.refused, n=one.replied) for one in found),
            counts={
                "received": sum(one.received for one in found),
                "open_now": sum(one.open for one in found),
                "replied": sum(one.replied for one in found),
                "reopened": sum(one.reopened for one in found),
            },
        )
        for group, found in groups.items()
    ]
    return sorted(_group_rows(parts, average), key=lambda row: search_key(row.name))


def _group_rows(parts: Sequence[_Part], average: Timeliness) -> list[GroupRow]:
    points = funnel(FunnelItem(key=str(place), rate=one.refused) for place, one in enumerate(parts))
    return [_group_row(one, average, points.get(str(place))) for place, one in enumerate(parts)]


def _group_row(part: _Part, average: Timeliness, point: FunnelPoint | None) -> GroupRow:
    """Return a group's row; from ``MIN_TO_JUDGE`` cases on, the row has a share."""
    rate = part.timeliness.replied
    is_enough = rate.n >= MIN_TO_JUDGE
    said = compare_beside_refusals(
        part.timeliness, average=average, refusals=part.refused, point=point
    )
    line = rate_line(Measure.IN_TIME, rate, average=average.replied.share)
    return GroupRow(
        name=part.name,
        n=rate.n,
        in_time=rate.successes,
        line=line if is_enough else None,
        compared=said.value if is_enough or said is ComparisonResult.REFUSES else "",
        refused=rate_line(Measure.REFUSED, part.refused),
        **part.counts,
    )
