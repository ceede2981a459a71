"""Pages of the staff list, for administrators."""

from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
)
from agency_console.staff.forms import AddForm, ChangeForm, LeaveForm
from agency_console.staff.selectors import (
    colleague_of,
    colleagues,
    successor_choices,
    units_unattended,
)
from agency_console.staff.services import colleague_add, colleague_change, colleague_leave
from shared.accounts.models import User
from shared.accounts.permissions import recent_proof_required
from shared.accounts.selectors import user_get
from shared.complaints.selectors import cases_held
from shared.complaints.types.lists import Reassignment
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside
from tenants.billing.selectors import subscription_summary


@administrator_required
@require_safe
def list_staff(request: OfficerRequest) -> HttpResponse:
    """Show all staff, active colleagues first."""
    return console_page(
        request,
        "agency_console/staff.html",
        {
            "people": colleagues(),
            "unattended": units_unattended(),
            "subscription": subscription_summary(request.agency),
        },
    )


@administrator_required
@recent_proof_required()
@reads_or_answers
def add_staff(request: OfficerRequest) -> HttpResponse:
    """Add a colleague, who gets an e-mail about how to choose a password."""
    form = AddForm(request.POST or None)
    if form.is_valid():
        with refusals_beside(form):
            colleague_add(
                agency=request.agency,
                language=get_language() or "ar",
                actor=request.actor,
                **form.cleaned_data,
            )
            return redirect_with_message(
                request,
                _("Your colleague has been added, and receives an e-mail."),
                "staff:list-staff",
            )
    return console_page(request, "agency_console/staff_add.html", {"form": form})


@administrator_required
@recent_proof_required()
@reads_or_answers
def change_staff(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Change a colleague's role or access; the change applies from the colleague's next request.

    A colleague with open cases is deactivated on the next page, which asks who gets these cases.
    """
    user = user_get(user_id=user_id)
    form = ChangeForm(request.POST or None, initial=model_to_dict(user, ["role", "is_active"]))
    if form.is_valid():
        if user.is_active and not form.cleaned_data["is_active"] and cases_held(user_id=user_id):
            return _leave_page(request, user, _leave_form(user, initial=form.cleaned_data))
        with refusals_beside(form):
            colleague_change(
                agency=request.agency, user=user, actor=request.actor, **form.cleaned_data
            )
            return redirect_with_message(
                request, _("The change has been saved."), "staff:list-staff"
            )
    return console_page(
        request, "agency_console/staff_change.html", {"form": form, "person": colleague_of(user)}
    )


@administrator_required
@recent_proof_required("staff:change-staff", "user_id")
@reads_or_answers
def close_account(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Deactivate a colleague; reassign the open cases or return them to their units."""
    user = user_get(user_id=user_id)
    form = _leave_form(user, posted(request), initial={"role": user.role})
    if form.is_valid():
        with refusals_beside(form):
            number = form.successor_id()
            done = colleague_leave(
                user=user,
                role=form.cleaned_data["role"],
                successor=user_get(user_id=number) if number else None,
                actor=request.actor,
            )
            return redirect_with_message(request, _left_text(done), "staff:list-staff")
    return _leave_page(request, user, form)


def _leave_form(user: User, *args: object, **options: object) -> LeaveForm:
    return LeaveForm(*args, colleagues=successor_choices(leaving=user), **options)


def _leave_page(request: OfficerRequest, user: User, form: LeaveForm) -> HttpResponse:
    context = {
        "form": form,
        "person": colleague_of(user),
        "open_cases": len(cases_held(user_id=user.pk)),
    }
    return console_page(request, "agency_console/staff_leave.html", context)


def _left_text(done: Reassignment) -> str:
    text = _(
        "The account is closed. Cases given to the colleague: %(given)d. Left to their units: "
        "%(left)d."
    )
    return text % {"given": done.given, "left": done.left}
