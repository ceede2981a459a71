"""The public figures: those of the register, without what could point at a person."""

from collections.abc import Iterable, Sequence

from django.utils.translation import get_language

from public_portal.statistics.enums import Grouping
from public_portal.statistics.types import FiguresAnswer, FiguresQuestion
from shared.kernel.clock import now
from shared.register.letters import agency_lines, figure_sections, month_groups, sheet, whole_group
from shared.register.selectors import cohort_figures, comparison, monthly_received_and_replied
from shared.register.types import CohortFigures, FigureScope, Group, Sheet
from tenants.types import AgencyInfo


def public_sheet(*, scope: FigureScope, figures_csv: str, months_csv: str) -> Sheet:
    """What a page shows of a scope, as known now."""
    figures = cohort_figures(scope=scope, as_of=now())
    months = monthly_received_and_replied(scope=scope)
    return sheet(figures, months, published=True, months_csv=months_csv, figures_csv=figures_csv)


def agency_groups(
    *, scope: FigureScope, agencies: Sequence[AgencyInfo], average: float | None
) -> list[Group]:
    """These agencies in the order given, those without a case included; two queries."""
    language = (get_language() or "en")[:2]
    codes = [agency.code for agency in agencies]
    found = comparison(scope=scope, as_of=now(), agency_codes=codes).agencies
    figures = {row.agency_code: row for row in found}
    return [
        Group(
            key=agency.code,
            label=agency.name(language),
            lines=agency_lines(figures[agency.code], average=average, published=True),
        )
        for agency in agencies
    ]


def agencies_in(*, scope: FigureScope, agencies: Iterable[AgencyInfo]) -> list[AgencyInfo]:
    """Those that the scope holds, alphabetically in the active language: never by a figure."""
    language = (get_language() or "en")[:2]
    held = [agency for agency in agencies if scope.agency_code in (None, agency.code)]
    return sorted(held, key=lambda agency: (agency.name(language), agency.code))


def figures_answer(*, question: FiguresQuestion, agencies: Sequence[AgencyInfo]) -> FiguresAnswer:
    """The same figures as on the page, for files and programmes."""
    figures = cohort_figures(scope=question.scope, as_of=now())
    sections = figure_sections(figures, published=True)
    return FiguresAnswer(
        scope=question.scope,
        as_of=figures.as_of,
        whole=whole_group(sections),
        groups=tuple(_groups(question, agencies, figures)),
    )


def _groups(
    question: FiguresQuestion, agencies: Sequence[AgencyInfo], whole: CohortFigures
) -> list[Group]:
    if question.grouping is Grouping.MONTH:
        return month_groups(monthly_received_and_replied(scope=question.scope))
    if question.grouping is Grouping.AGENCY:
        return agency_groups(
            scope=question.scope,
            agencies=agencies_in(scope=question.scope, agencies=agencies),
            average=whole.clock.in_time.share,
        )
    return []
