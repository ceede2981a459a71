"""One's own settings, and what the administrator should know of the workspace."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agency_console.access import OfficerRequest, console_page, officer_required
from agency_console.setup.forms import SettingsForm
from agency_console.setup.services import settings_change
from shared.accounts.permissions import may_administer
from tenants.selectors import agency_info


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
    }
    return console_page(request, "agency_console/settings.html", context)


def _saved(request: OfficerRequest, language: str) -> HttpResponse:
    with translation.override(language):
        messages.success(request, _("Your settings have been saved."))
    response = redirect("setup:change-settings")
    # The choice of the bar goes before the saved one: both must now say the same.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure()
    )
    return response
