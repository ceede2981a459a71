"""How parts of an agency answered, put side by side in the order of their names."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from django.utils.translation import gettext as _

from agency_console.reports.types import GroupFigures, GroupRow
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors.reply_tallies import ReplyTally, officer_tallies, reply_tallies
from shared.figures.intervals import MIN_TO_JUDGE, Rate, pooled, standing
from shared.kernel.text import search_key
from shared.register.enums import Measure
from shared.register.presenters.lines import rate_line
from shared.register.types import FigureScope
from shared.ui.links import page_language
from shared.units.selectors import unit_scope, units


def group_figures(*, scope: FigureScope, reader: User) -> GroupFigures:
    """How the requests of a period were answered, by unit, category and officer.

    Of the cases that the reader may see; officers for those alone who assign cases. Two queries
    besides the names.
    """
    own = unit_scope(user=reader)
    asked = {"first": scope.date_from, "last": scope.date_to, "kind": scope.kind}
    tallies = reply_tallies(**asked, scope=own, user_id=reader.pk)  # type: ignore[arg-type]
    whole = pooled([Rate(successes=one.in_time, n=one.due) for one in tallies])
    language, categories = page_language(), category_names_shown()
    names = {one.id: one.names.text(language) for one in units()}

    def category_name(code: str) -> str:
        known = categories.get(code)
        return known.text(language) if known else code or _("Without a category")

    rows_of_officers = []
    if may_assign(reader.role):
        rows_of_officers = [
            _group_row(one.name, Rate(successes=one.in_time, n=one.due), whole.share)
            for one in officer_tallies(**asked, scope=own, user_id=reader.pk)  # type: ignore[arg-type]
        ]
    return GroupFigures(
        scope=scope,
        whole=rate_line(Measure.IN_TIME, whole),
        min_n=MIN_TO_JUDGE,
        units=_rows(
            tallies,
            lambda one: one.unit_id,
            lambda key: names.get(key, _("Of no unit")),
            whole.share,
        )
        if names
        else [],
        categories=_rows(tallies, lambda one: one.category_code, category_name, whole.share),
        officers=rows_of_officers,
    )


def _rows(
    tallies: Iterable[ReplyTally],
    key: Callable[[ReplyTally], Hashable],
    name: Callable[..., str],
    average: float | None,
) -> list[GroupRow]:
    """One row a group, by name and never by share: a rank among few says nothing."""
    groups: dict[Hashable, list[ReplyTally]] = defaultdict(list)
    for one in tallies:
        groups[key(one)].append(one)
    rows = [
        _group_row(
            name(group),
            pooled([Rate(successes=one.in_time, n=one.due) for one in found]),
            average,
            received=sum(one.received for one in found),
            open_now=sum(one.open for one in found),
            replied=sum(one.replied for one in found),
            reopened=sum(one.reopened for one in found),
        )
        for group, found in groups.items()
    ]
    return sorted(rows, key=lambda row: search_key(row.name))


def _group_row(name: str, rate: Rate, average: float | None, **counts: int) -> GroupRow:
    """A share is drawn and judged from thirty cases on; below that its two numbers are said."""
    is_enough = rate.n >= MIN_TO_JUDGE
    return GroupRow(
        name=name,
        n=rate.n,
        in_time=rate.successes,
        line=rate_line(Measure.IN_TIME, rate, average=average) if is_enough else None,
        standing=standing(rate, average=average).value if is_enough else "",
        **counts,
    )
