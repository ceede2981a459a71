"""Views that list, confirm, move, add and remove holidays."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page
from public_portal.oversight.holidays.forms import AddForm, MoveForm, YearForm
from shared.accounts.permissions import OversightRequest, oversight_required
from shared.catalogue.errors import HolidayDayTaken, HolidayMovedTooFar
from shared.catalogue.selectors import holiday_get, holiday_years, holidays_of
from shared.catalogue.services.holidays import (
    holiday_add,
    holiday_confirm,
    holiday_move,
    holiday_remove,
)
from shared.forms.views import reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside


@require_safe
@oversight_required
def list_holidays(request: OversightRequest) -> HttpResponse:
    """Show the holidays of one year."""
    year = YearForm(request.GET).to_year()
    return _page(
        request,
        "list",
        {"year": year, "years": holiday_years(), "holidays": holidays_of(year=year)},
    )


@require_POST
@oversight_required
def confirm_holiday(request: OversightRequest, key: str) -> HttpResponse:
    """Confirm the estimated day of a holiday."""
    return _done(
        request, holiday_confirm(key=key, actor=request.actor).day, _("The day is confirmed.")
    )


@reads_or_answers
@oversight_required
def move_holiday(request: OversightRequest, key: str) -> HttpResponse:
    """Move a holiday to its actual day."""
    holiday = holiday_get(key=key)
    form = MoveForm(request.POST or None, initial={"day": holiday.day})
    if form.is_valid():
        day = form.cleaned_data["day"]
        with refusals_beside(form, field="day", only=(HolidayMovedTooFar,)):
            holiday_move(key=key, day=day, actor=request.actor)
            return _done(request, day, _("The day is moved. All deadlines are computed anew."))
    return _page(request, "move", {"form": form, "holiday": holiday})


@reads_or_answers
@oversight_required
def add_holiday(request: OversightRequest) -> HttpResponse:
    """Add a holiday."""
    form = AddForm(request.POST or None)
    if form.is_valid():
        day = form.cleaned_data["day"]
        with refusals_beside(form, field="day", only=(HolidayDayTaken,)):
            holiday_add(day=day, names=form.to_names(), actor=request.actor)
            return _done(request, day, _("The day is added. All deadlines are computed anew."))
    return _page(request, "add", {"form": form})


@reads_or_answers
@oversight_required
def remove_holiday(request: OversightRequest, key: str) -> HttpResponse:
    """Remove a holiday, after a confirmation."""
    holiday = holiday_get(key=key)
    if request.method != "POST":
        return _page(request, "remove", {"holiday": holiday})
    holiday_remove(key=key, actor=request.actor)
    return _done(
        request, holiday.day, _("It is a working day now. All deadlines are computed anew.")
    )


def _done(request: HttpRequest, day: date, words: str) -> HttpResponse:
    return redirect_with_message(
        request, words, f"{reverse('holidays:list-holidays')}?year={day.year}"
    )


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    # A POST renders a page only if the form had errors.
    return oversight_page(
        request, f"holidays/{name}", context, status=400 if request.method == "POST" else 200
    )
