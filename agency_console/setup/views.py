"""Pages of an officer's own settings, and of the agency's settings for administrators."""

from collections.abc import Callable

from django.conf import settings
from django.forms.models import model_to_dict
from django.http import HttpResponse, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_form_page,
    console_page,
    officer_required,
)
from agency_console.setup.forms import (
    EmailsForm,
    EscalationForm,
    SettingsForm,
    escalation_initial,
)
from agency_console.setup.services import settings_change
from shared.accounts.permissions import may_administer, recent_proof_required
from shared.complaints.selectors import escalation_chain
from shared.complaints.services import escalation_chain_change
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.notifications.enums import Delivery
from shared.notifications.selectors import deliveries_of
from shared.notifications.services import deliveries_change
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.agencies.selectors import agency_info
from tenants.fleet.services.lifecycle.administrators import approval_set, second_step_set


@officer_required
@reads_or_answers
def change_settings(request: OfficerRequest) -> HttpResponse:
    """Show and change the officer's own settings; administrators see the agency's settings too."""
    form = _settings_form(request, request.POST or None)
    if form.is_valid():
        settings_change(user=request.user, actor=request.actor, **form.cleaned_data)
        return _saved(request, form.cleaned_data["language"])
    return _page(request, form=form, emails=_emails_form(request))


@officer_required
@form_of("setup:change-settings")
def change_emails(request: OfficerRequest) -> HttpResponse:
    """Store for each kind of notice when the officer gets e-mails."""
    emails = _emails_form(request, request.POST)
    if not emails.is_valid():
        return _page(request, form=_settings_form(request), emails=emails)
    deliveries_change(user=request.user, chosen=emails.to_deliveries(), actor=request.actor)
    return redirect_with_message(
        request, _("Your settings have been saved."), "setup:change-settings"
    )


@administrator_required
@require_POST
@recent_proof_required("setup:change-settings")
def change_second_step(request: OfficerRequest) -> HttpResponse:
    """Require a code from all staff in addition to the password, or stop requiring it."""
    return _needed(
        request,
        second_step_set,
        _("From now on all staff must enter a code in addition to the password."),
        _("From now on only the password is required. Anyone who uses an app continues to use it."),
    )


@administrator_required
@require_POST
@recent_proof_required("setup:change-settings")
def change_approval(request: OfficerRequest) -> HttpResponse:
    """Require a supervisor's approval of agents' decisions, or stop requiring it."""
    return _needed(
        request,
        approval_set,
        _("From now on a supervisor approves what agents decide before it is sent."),
        _("From now on what agents decide is sent without approval."),
    )


@administrator_required
@reads_or_answers
def change_escalation(request: OfficerRequest) -> HttpResponse:
    """Choose the days of the escalation of late replies, and who is reminded."""
    form = EscalationForm(posted(request), initial=escalation_initial(escalation_chain()))
    if form.is_valid():
        with refusals_beside(form):
            escalation_chain_change(steps=form.to_steps(), actor=request.actor)
            return redirect_with_message(
                request,
                _("The steps have been saved. They hold for all open complaints from now on."),
                "setup:change-escalation",
            )
    return console_form_page(request, "agency_console/escalation.html", form)


def _needed(
    request: OfficerRequest, choose: Callable[..., None], yes: str, no: str
) -> HttpResponse:
    is_needed = request.POST.get("needed") == "yes"
    choose(agency=request.agency, is_needed=is_needed, actor=request.actor)
    return redirect_with_message(request, yes if is_needed else no, "setup:change-settings")


def _settings_form(request: OfficerRequest, data: QueryDict | None = None) -> SettingsForm:
    return SettingsForm(
        data, initial=model_to_dict(request.user, ["language", "shortcuts", "opens_next_case"])
    )


def _emails_form(request: OfficerRequest, data: QueryDict | None = None) -> EmailsForm:
    return EmailsForm(data, initial=deliveries_of(request.user))


def _page(request: OfficerRequest, *, form: SettingsForm, emails: EmailsForm) -> HttpResponse:
    return console_page(
        request,
        "agency_console/settings.html",
        {
            "form": form,
            "emails": emails,
            "deliveries": Delivery.choices,
            "host": request.get_host(),
            "workspace": agency_info(request.agency) if may_administer(request.user.role) else None,
            "needs_second_step": request.agency.needs_second_step,
            "needs_approval": request.agency.needs_approval,
        },
    )


def _saved(request: OfficerRequest, language: str) -> HttpResponse:
    with translation.override(language):
        response = redirect_with_message(
            request, _("Your settings have been saved."), "setup:change-settings"
        )
    # The cookie of the language menu overrides the saved language, so both must agree.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure()
    )
    return response
