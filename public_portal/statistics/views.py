"""Views of the public figures, national and of one administration."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from public_portal.statistics.enums import Grouping
from public_portal.statistics.forms import FiguresForm
from public_portal.statistics.selectors import (
    agencies_in,
    agency_groups,
    figures_answer,
    public_figures_detail,
    published_figures,
)
from shared.register.forms import PublicScopeForm
from shared.register.presenters.lines import CSV_HEADINGS, csv_rows
from shared.register.services import is_published
from shared.register.types import FigureScope, FiguresDetail, PublishedFigures
from shared.ui.cache_control import cached_while
from shared.ui.links import page_language
from shared.ui.published import published_page
from shared.ui.spreadsheets import csv_response
from tenants.agencies.selectors import agency_by_code, agency_info, agency_infos
from tenants.agencies.types import AgencyInfo

PAGE = "public_portal/statistics/figures.html"
AGENCIES_ON_A_PAGE = 25


@require_safe
@published_page
def show_national(request: HttpRequest) -> HttpResponse:
    """Show the figures of all administrations or one administration, and a list by agency."""
    agencies = agency_infos()
    form = FiguresForm(request.GET, agencies=agencies, language=page_language())
    if not form.is_valid():
        return render(request, PAGE, {"form": form})
    scope = form.to_question().scope
    published = published_figures(scope=scope)
    page = render(request, PAGE, {"form": form, **_national(request, scope, published, agencies)})
    if published is None:
        return page
    return cached_while(page, partial(is_published, as_of=published.as_of))


@require_safe
@published_page
def show_agency(request: HttpRequest, agency_code: str) -> HttpResponse:
    """Show the figures of one administration."""
    agency = agency_info(agency_by_code(agency_code))
    form = PublicScopeForm(request.GET)
    context: dict[str, object] = {"form": form, "agency": agency}
    if form.is_valid():
        scope = form.to_scope(agency_code=agency_code)
        context["detail"] = _detail(scope, None)
        context["figures_csv"] = _file(scope)
    return render(request, PAGE, context)


@require_safe
@published_page
def download_figures(request: HttpRequest) -> HttpResponse:
    """Send the figures as a CSV file; for an invalid form, show the page with its errors."""
    agencies = agency_infos()
    form = FiguresForm(request.GET, agencies=agencies, language=page_language())
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=400)
    answer = figures_answer(question=form.to_question(), agencies=agencies)
    scope = answer.scope
    return csv_response(
        filename=f"insaf-figures-{scope.date_from}-{scope.date_to}.csv",
        headings=CSV_HEADINGS,
        rows=csv_rows(answer.groups or [answer.whole]),
    )


def _national(
    request: HttpRequest,
    scope: FigureScope,
    published: PublishedFigures | None,
    agencies: Sequence[AgencyInfo],
) -> dict[str, object]:
    detail = _detail(scope, published)
    page = Paginator(agencies_in(scope=scope, agencies=agencies), AGENCIES_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    average = detail.figures.counts.timeliness.replied.share
    return {
        "detail": detail,
        "figures_csv": _file(scope),
        "page": page,
        "agencies": agency_groups(
            scope=scope, published=published, agencies=list(page), average=average
        ),
        "agencies_csv": _file(scope, Grouping.AGENCY),
    }


def _detail(scope: FigureScope, published: PublishedFigures | None) -> FiguresDetail:
    return public_figures_detail(
        scope=scope,
        published=published,
        figures_csv=_file(scope),
        months_csv=_file(scope, Grouping.MONTH),
    )


def _file(scope: FigureScope, grouping: Grouping | None = None) -> str:
    asked = {
        "from": scope.date_from.isoformat(),
        "to": scope.date_to.isoformat(),
        "agency": scope.agency_code,
        "kind": scope.kind,
        "group": grouping,
    }
    given = {name: value for name, value in asked.items() if value}
    return f"{reverse('statistics:download-figures')}?{urlencode(given)}"
