"""Agencies side by side, in numbers only; and the file of a request whose citizen asked for it."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from public_portal.oversight.types import Compared, ComparisonQuestion, NamedFigures, ReviewSheet
from shared.complaints.workflow import clock_state
from shared.directory.errors import OrganisationNotFound
from shared.directory.models import Organisation
from shared.directory.selectors import organisation_get
from shared.kernel.actors import ActorKind
from shared.kernel.clock import now
from shared.register.letters import (
    agency_lines,
    delay_lines,
    figure_sections,
    month_groups,
    sheet,
    standing_line,
    whole_group,
)
from shared.register.selectors import (
    cohort_figures,
    comparison,
    delays,
    monthly_received_and_replied,
)
from shared.register.types import DelayFigures, FigureScope, Group, Sheet
from shared.ui.clocks import working_look
from shared.ui.types import Progress, TimelineEntry
from tenants.agencies.selectors import agency_infos
from tenants.case_access.types import ReviewFile


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
    codes = [one.figures.agency_code for one in agencies]
    waits = delays(scope=compared.question.scope, as_of=compared.as_of, agency_codes=codes)
    return [_group(compared, one, waits.get(one.figures.agency_code)) for one in agencies]


def agency_sheet(*, scope: FigureScope, figures_csv: str, months_csv: str) -> Sheet:
    """All figures of one agency, small counts included: its reader is bound to secrecy."""
    figures = cohort_figures(scope=scope, as_of=now())
    months = monthly_received_and_replied(scope=scope)
    return sheet(figures, months, published=False, months_csv=months_csv, figures_csv=figures_csv)


def agency_whole(*, scope: FigureScope) -> list[Group]:
    """The same figures as on the sheet, as one group."""
    figures = cohort_figures(scope=scope, as_of=now())
    return [whole_group(figure_sections(figures, published=False))]


def agency_months(*, scope: FigureScope) -> list[Group]:
    """The months of the sheet."""
    return month_groups(monthly_received_and_replied(scope=scope))


def review_sheet(*, found: ReviewFile) -> ReviewSheet:
    """The file of a review as it is read, latest event first."""
    case, language = found.case, _language()
    return ReviewSheet(
        file=found,
        organisation=_organisation_name(case.organisation_code, language),
        timeline=[
            TimelineEntry(
                title=str(entry.kind.label),
                when=entry.at,
                by=_hand(entry.by, found.agency.name(language)),
                progress=Progress.DONE,
            )
            for entry in reversed(case.timeline)
        ],
        working=working_look(case.working, state=clock_state(case.status), is_citizen=False),
    )


def _hand(kind: str, agency: str) -> str:
    known = {
        ActorKind.CITIZEN: _("Citizen"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OVERSIGHT: _("National oversight"),
    }
    return known.get(ActorKind(kind), agency)


def _organisation_name(code: str, language: str) -> str:
    # A body may leave the directory while its requests are still open.
    try:
        return organisation_get(code=code).name(language)
    except OrganisationNotFound:
        return code


def _language() -> str:
    return (get_language() or "en")[:2]


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
    language = _language()
    names = {agency.code: agency.name(language) for agency in agency_infos()}
    if body is None:
        return names
    bodies = Organisation.objects.filter(kind=body, is_active=True, agency_code__in=names)
    codes = bodies.values_list("agency_code", flat=True).distinct().order_by("agency_code")
    return {code: names[code] for code in codes}
