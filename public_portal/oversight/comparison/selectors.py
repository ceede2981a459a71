"""Queries for the comparison of agencies, and for the figures of one agency."""

from collections.abc import Sequence

from public_portal.oversight.comparison.types import (
    Compared,
    ComparisonQuestion,
    NamedFigures,
    Refuser,
    Refusers,
)
from shared.directory.models import Organisation
from shared.directory.selectors.agency_kinds import agency_kinds
from shared.kernel.clock import now
from shared.register.enums import Measure
from shared.register.presenters.charts import share_text
from shared.register.presenters.lines import (
    agency_lines,
    comparison_line,
    delay_lines,
    figure_groups,
    figure_sections,
    month_groups,
    rate_line,
    whole_group,
)
from shared.register.selectors.figures import (
    cohort_figures,
    comparison,
    delays,
    monthly_received_and_replied,
)
from shared.register.types import (
    AgencyFigures,
    FigureScope,
    FiguresDetail,
    Group,
    Line,
)
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_infos


def compared(*, question: ComparisonQuestion) -> Compared:
    """Return the figures of the agencies in the question, sorted by name, and their averages.

    At most five queries.
    """
    names, known = _names(question.body), agency_kinds()
    found = comparison(
        scope=question.scope,
        as_of=now(),
        agency_codes=list(names),
        kinds=known.kinds,
        exempt={known.orientation_code},
    )
    named = [NamedFigures(name=names[row.agency_code], figures=row) for row in found.agencies]
    return Compared(
        question=question,
        figures=found,
        agencies=tuple(sorted(named, key=lambda one: (one.name, one.figures.agency_code))),
    )


def compared_groups(*, compared: Compared, agencies: Sequence[NamedFigures]) -> list[Group]:
    """Return the lines of the given agencies, in one group for each agency; one query."""
    waits = delays(
        scope=compared.question.scope,
        as_of=compared.figures.as_of,
        agency_codes=[one.figures.agency_code for one in agencies],
    )
    return [
        Group(
            key=one.figures.agency_code,
            label=one.name,
            lines=(
                *agency_lines(one.figures, average=compared.figures.average.share, published=False),
                comparison_line(one.figures, national=compared.question.body is None),
                *delay_lines(waits.get(one.figures.agency_code)),
            ),
        )
        for one in agencies
    ]


def average_lines(found: Compared) -> list[Line]:
    """Return the average shares of replies in time, reasoned replies in time, and refusals."""
    return [
        rate_line(Measure.IN_TIME, found.figures.average),
        rate_line(Measure.REASONED_IN_TIME, found.figures.reasoned),
        rate_line(Measure.REFUSED, found.figures.refused),
    ]


def refusers(*, scope: FigureScope) -> Refusers:
    """Return the agencies that refuse more than their peers, sorted by name; four queries.

    The orientation desk is left out, because its work is to name the competent body.
    """
    known = agency_kinds()
    found = comparison(scope=scope, as_of=now(), kinds=known.kinds, exempt={known.orientation_code})
    language = page_language()
    names = {agency.code: agency.name(language) for agency in agency_infos()}
    rows = [
        Refuser(
            agency_code=one.agency_code,
            name=names.get(one.agency_code, one.agency_code),
            peers=one.stands_out.peers,
            limit=share_text(one.stands_out.high),
            peers_average=share_text(one.stands_out.average),
            lines=_lines_by_measure(one),
        )
        for one in found.agencies
        if one.stands_out is not None and one.stands_out.is_listed
    ]
    return Refusers(
        scope=scope,
        as_of=found.as_of,
        average=rate_line(Measure.REFUSED, found.refused),
        compared=sum(one.stands_out is not None for one in found.agencies),
        rows=tuple(sorted(rows, key=lambda row: (row.name, row.agency_code))),
    )


def _lines_by_measure(figures: AgencyFigures) -> dict[str, Line]:
    lines = agency_lines(figures, average=None, published=False)
    return {line.measure.value: line for line in lines}


def agency_figures_detail(
    *, scope: FigureScope, figures_csv: str, months_csv: str
) -> FiguresDetail:
    """Return all figures of one agency, also small counts, which must not be published."""
    figures = cohort_figures(scope=scope, as_of=now())
    months = monthly_received_and_replied(scope=scope)
    return figure_groups(
        figures, months, published=False, months_csv=months_csv, figures_csv=figures_csv
    )


def agency_whole(*, scope: FigureScope) -> list[Group]:
    """Return the figures of one agency as one group."""
    return [whole_group(figure_sections(cohort_figures(scope=scope, as_of=now()), published=False))]


def agency_months(*, scope: FigureScope) -> list[Group]:
    """Return an agency's counts of requests and replies, in one group for each month."""
    return month_groups(monthly_received_and_replied(scope=scope))


def _names(body: str | None) -> dict[str, str]:
    language = page_language()
    names = {agency.code: agency.name(language) for agency in agency_infos()}
    if body is None:
        return names
    bodies = Organisation.objects.filter(kind=body, is_active=True, agency_code__in=names)
    return {
        code: names[code]
        for code in bodies.values_list("agency_code", flat=True).distinct().order_by("agency_code")
    }
