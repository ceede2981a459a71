"""One's own settings, and what the administrator should know of the workspace."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
    officer_required,
)
from agency_console.setup.forms import SettingsForm
from agency_console.setup.services import settings_change
from shared.accounts.permissions import may_administer, recent_proof_required
from tenants.agencies.selectors import agency_info
from tenants.fleet.services.lifecycle.administrators import second_step_set


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_settings(request: OfficerRequest) -> HttpResponse:
    """Show and change one's own settings; the agency's own are shown to its administrators."""
    initial = {"language": request.user.language, "shortcuts": request.user.shortcuts}
    form = SettingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        draft = form.to_draft()
        settings_change(user=request.user, draft=draft, actor=request.actor)
        return _saved(request, draft.language)
    context = {
        "form": form,
        "host": request.get_host(),
        "workspace": agency_info(request.agency) if may_administer(request.user.role) else None,
        "needs_second_step": request.agency.needs_second_step,
    }
    return console_page(request, "agency_console/settings.html", context)


@administrator_required
@require_POST
@recent_proof_required("setup:change-settings")
def change_second_step(request: OfficerRequest) -> HttpResponse:
    """Ask a code of all staff besides the password from now on, or no longer."""
    is_needed = request.POST.get("needed") == "yes"
    second_step_set(agency=request.agency, is_needed=is_needed, actor=request.actor)
    messages.success(
        request,
        _("Everybody who works here gives a code besides the password from now on.")
        if is_needed
        else _("The password alone is enough again. Whoever has an app goes on using it."),
    )
    return redirect("setup:change-settings")


def _saved(request: OfficerRequest, language: str) -> HttpResponse:
    with translation.override(language):
        messages.success(request, _("Your settings have been saved."))
    response = redirect("setup:change-settings")
    # The choice of the bar goes before the saved one: both must now say the same.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure()
    )
    return response
