"""The staff list, kept by administrators."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
)
from agency_console.staff.forms import AddForm, ChangeForm
from agency_console.staff.services import colleague_add, colleague_change
from shared.accounts.errors import UserNotFound
from shared.accounts.models import User
from shared.accounts.permissions import recent_proof_required
from shared.accounts.selectors import staff_list, user_get
from shared.ui.messages import refusals_beside
from tenants.billing.selectors import subscription_summary


@administrator_required
@require_safe
def list_staff(request: OfficerRequest) -> HttpResponse:
    """Everyone who works here, those who may sign in first."""
    context = {"people": staff_list(), "look": subscription_summary(request.agency)}
    return console_page(request, "agency_console/staff.html", context)


@administrator_required
@recent_proof_required()
@require_http_methods(["GET", "HEAD", "POST"])
def add_staff(request: OfficerRequest) -> HttpResponse:
    """Add a colleague, who is written to how a password is chosen."""
    form = AddForm(request.POST or None)
    if form.is_valid():
        with refusals_beside(form):
            colleague_add(
                agency=request.agency,
                draft=form.to_draft(),
                language=get_language() or "ar",
                actor=request.actor,
            )
            messages.success(request, _("Your colleague has been added, and receives an e-mail."))
            return redirect("staff:list-staff")
    return console_page(request, "agency_console/staff_add.html", {"form": form})


@administrator_required
@recent_proof_required()
@require_http_methods(["GET", "HEAD", "POST"])
def change_staff(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Change a colleague's role, or close or open their door, from their next request on."""
    person = _person(user_id)
    initial = {"role": person.role, "is_active": person.is_active}
    form = ChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_beside(form):
            colleague_change(
                agency=request.agency, user=person, change=form.to_draft(), actor=request.actor
            )
            messages.success(request, _("The change is in force."))
            return redirect("staff:list-staff")
    context = {"form": form, "person": person}
    return console_page(request, "agency_console/staff_change.html", context)


def _person(user_id: int) -> User:
    try:
        return user_get(user_id=user_id)
    except UserNotFound:
        raise Http404(str(user_id)) from None
