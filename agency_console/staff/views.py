"""The staff list, kept by administrators."""

from django.forms.models import model_to_dict
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
)
from agency_console.staff.forms import AddForm, ChangeForm
from agency_console.staff.selectors import colleague_of, colleagues
from agency_console.staff.services import colleague_add, colleague_change
from shared.accounts.errors import UserNotFound
from shared.accounts.permissions import recent_proof_required
from shared.accounts.selectors import user_get
from shared.forms.views import redirect_with_message
from shared.ui.messages import refusals_beside
from tenants.billing.selectors import subscription_summary


@administrator_required
@require_safe
def list_staff(request: OfficerRequest) -> HttpResponse:
    """Everyone who works here, those who may sign in first."""
    return console_page(
        request,
        "agency_console/staff.html",
        {"people": colleagues(), "subscription": subscription_summary(request.agency)},
    )


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
@require_http_methods(["GET", "HEAD", "POST"])
def change_staff(request: OfficerRequest, user_id: int) -> HttpResponse:
    """Change a colleague's role, or deactivate or reactivate them, from their next request on."""
    try:
        user = user_get(user_id=user_id)
    except UserNotFound:
        raise Http404(str(user_id)) from None
    form = ChangeForm(request.POST or None, initial=model_to_dict(user, ["role", "is_active"]))
    if form.is_valid():
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
