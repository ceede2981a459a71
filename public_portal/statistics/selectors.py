"""Public figures of the register, without figures that could identify a person."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from public_portal.statistics.enums import Grouping
from public_portal.statistics.types import FiguresAnswer, FiguresQuestion
from shared.directory.selectors.agency_kinds import agency_kinds
from shared.kernel.clock import now, today
from shared.register.enums import Measure
from shared.register.presenters.lines import (
    agency_lines,
    figure_groups,
    figure_sections,
    month_groups,
    whole_group,
)
from shared.register.selectors.disclosure_control import EVERY, is_told_apart, withheld_in
from shared.register.selectors.figures import (
    agencies_withheld,
    cohort_figures,
    comparison,
    comparison_of,
    measures_withheld,
    monthly_received_and_replied,
)
from shared.register.services import figures_published
from shared.register.types import (
    CohortFigures,
    Comparison,
    FigureScope,
    FiguresDetail,
    Group,
    MonthFigures,
    PublishedFigures,
)
from shared.ui.links import page_language
from tenants.agencies.types import AgencyInfo


def published_figures(*, scope: FigureScope) -> PublishedFigures | None:
    """Return the published figures if their scope is ``scope``, else ``None``.

    Call this once for each page, because a second call may return newer figures.
    """
    return figures_published() if scope == FigureScope.usual(today()) else None


def public_figures_detail(
    *,
    scope: FigureScope,
    published: PublishedFigures | None,
    figures_csv: str,
    months_csv: str,
) -> FiguresDetail:
    """Return the figures of a scope for a page: ``published``, or figures computed now."""
    figures = _figures(scope, published)
    return figure_groups(
        figures,
        _months(scope, published),
        published=True,
        withheld=measures_withheld(scope=scope, as_of=figures.as_of),
        months_csv=months_csv,
        figures_csv=figures_csv,
    )


def agency_groups(
    *,
    scope: FigureScope,
    published: PublishedFigures | None,
    agencies: Sequence[AgencyInfo],
    average: float | None,
) -> list[Group]:
    """Return the figures of ``agencies`` in the given order; at most five queries.

    Agencies without a case are included. A line marks an agency that refuses more than half of its
    requests, or more than its peers.
    """
    language = page_language()
    found = _comparison(scope, published, [agency.code for agency in agencies])
    figures = {row.agency_code: row for row in found.agencies}
    withheld = _withheld(scope, published, found.as_of)
    return [
        Group(
            key=agency.code,
            label=agency.name(language),
            lines=agency_lines(
                figures[agency.code],
                average=average,
                published=True,
                withheld=withheld(agency.code),
            ),
        )
        for agency in agencies
    ]


def agencies_in(*, scope: FigureScope, agencies: Iterable[AgencyInfo]) -> list[AgencyInfo]:
    """Return the scope's agencies, sorted by name in the active language."""
    language = page_language()
    return sorted(
        [agency for agency in agencies if scope.agency_code in (None, agency.code)],
        key=lambda agency: (agency.name(language), agency.code),
    )


def figures_answer(*, question: FiguresQuestion, agencies: Sequence[AgencyInfo]) -> FiguresAnswer:
    """Return public figures for CSV files and the API."""
    published = published_figures(scope=question.scope)
    figures = _figures(question.scope, published)
    withheld = measures_withheld(scope=question.scope, as_of=figures.as_of)
    return FiguresAnswer(
        scope=question.scope,
        as_of=figures.as_of,
        whole=whole_group(figure_sections(figures, published=True, withheld=withheld)),
        groups=tuple(_groups(question, published, agencies, figures)),
    )


def _groups(
    question: FiguresQuestion,
    published: PublishedFigures | None,
    agencies: Sequence[AgencyInfo],
    whole: CohortFigures,
) -> list[Group]:
    if question.grouping is Grouping.MONTH:
        return month_groups(_months(question.scope, published))
    if question.grouping is Grouping.AGENCY:
        return agency_groups(
            scope=question.scope,
            published=published,
            agencies=agencies_in(scope=question.scope, agencies=agencies),
            average=whole.counts.timeliness.replied.share,
        )
    return []


def _withheld(
    scope: FigureScope, published: PublishedFigures | None, as_of: datetime
) -> Callable[[str], Collection[Measure]]:
    if scope.kind or not is_told_apart(scope, today=today()):
        return lambda _code: EVERY
    found: Mapping[str, Collection[Measure]] = (
        withheld_in(published.tallies)
        if published is not None
        else agencies_withheld(scope=scope, as_of=as_of)
    )
    return lambda code: found.get(code, ())


def _figures(scope: FigureScope, published: PublishedFigures | None) -> CohortFigures:
    return published.figures if published else cohort_figures(scope=scope, as_of=now())


def _months(scope: FigureScope, published: PublishedFigures | None) -> Sequence[MonthFigures]:
    return published.months if published else monthly_received_and_replied(scope=scope)


def _comparison(
    scope: FigureScope, published: PublishedFigures | None, agency_codes: Collection[str]
) -> Comparison:
    known = agency_kinds()
    exempt = {known.orientation_code}
    if published is None:
        # The scope names no agency, because an agency is compared with its peers.
        return comparison(
            scope=replace(scope, agency_code=None),
            as_of=now(),
            agency_codes=agency_codes,
            kinds=known.kinds,
            exempt=exempt,
        )
    return comparison_of(
        published.tallies,
        agency_codes=agency_codes,
        as_of=published.as_of,
        kinds=known.kinds,
        exempt=exempt,
    )
