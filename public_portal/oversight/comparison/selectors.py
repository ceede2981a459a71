"""Agencies side by side, in numbers only."""

from collections.abc import Sequence

from public_portal.oversight.comparison.types import Compared, ComparisonQuestion, NamedFigures
from shared.directory.models import Organisation
from shared.kernel.clock import now
from shared.register.presenters.lines import (
    agency_lines,
    delay_lines,
    figure_sections,
    month_groups,
    sheet,
    standing_line,
    whole_group,
)
from shared.register.selectors.figures import (
    cohort_figures,
    comparison,
    delays,
    monthly_received_and_replied,
)
from shared.register.types import DelayFigures, FigureScope, FiguresDetail, Group
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_infos


def compared(*, question: ComparisonQuestion) -> Compared:
    """Every agency (of the kind asked for) by name, with the average of them all.

    At most four queries: the agencies, those of the kind, and two for the figures.
    """
    names = _names(question.body)
    found = comparison(scope=question.scope, as_of=now(), agency_codes=list(names))
    named = [NamedFigures(name=names[row.agency_code], figures=row) for row in found.agencies]
    return Compared(
        question=question,
        as_of=found.as_of,
        average=found.average,
        agencies=tuple(sorted(named, key=lambda one: (one.name, one.figures.agency_code))),
    )


def compared_groups(*, compared: Compared, agencies: Sequence[NamedFigures]) -> list[Group]:
    """The lines of some of the compared agencies; their waiting times are one more query."""
    waits = delays(
        scope=compared.question.scope,
        as_of=compared.as_of,
        agency_codes=[one.figures.agency_code for one in agencies],
    )
    return [_group(compared, one, waits.get(one.figures.agency_code)) for one in agencies]


def agency_sheet(*, scope: FigureScope, figures_csv: str, months_csv: str) -> FiguresDetail:
    """All figures of one agency, small counts included: its reader is bound to secrecy."""
    figures = cohort_figures(scope=scope, as_of=now())
    months = monthly_received_and_replied(scope=scope)
    return sheet(figures, months, published=False, months_csv=months_csv, figures_csv=figures_csv)


def agency_whole(*, scope: FigureScope) -> list[Group]:
    """The same figures as on the sheet, as one group."""
    return [whole_group(figure_sections(cohort_figures(scope=scope, as_of=now()), published=False))]


def agency_months(*, scope: FigureScope) -> list[Group]:
    """The months of the sheet."""
    return month_groups(monthly_received_and_replied(scope=scope))


def _group(compared: Compared, one: NamedFigures, waits: DelayFigures | None) -> Group:
    return Group(
        key=one.figures.agency_code,
        label=one.name,
        lines=(
            *agency_lines(one.figures, average=compared.average.share, published=False),
            standing_line(one.figures.standing, national=compared.question.body is None),
            *delay_lines(waits),
        ),
    )


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
