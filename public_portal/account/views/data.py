"""Views to show, correct, copy and erase the data of an account (law 09-08)."""

from allauth.account.adapter import get_adapter
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from public_portal.account.adapters import attempt_require
from public_portal.account.enums import Purpose
from public_portal.account.forms import EraseForm, NewEmailForm, ProfileForm
from public_portal.account.permissions import (
    CitizenRequest,
    citizen_required,
    fresh_proof_required,
    new_proof_required,
)
from public_portal.account.selectors import account_copy
from public_portal.account.services import account_erase
from public_portal.account.views.base import account_page
from public_portal.account.views.sign_in import send_code
from shared.accounts.services.users import citizen_change
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.kernel.errors import TooManyAttempts
from shared.ui.messages import refusals_beside


@reads_or_answers
@citizen_required
def show_data(request: CitizenRequest) -> HttpResponse:
    """Show the data of the account, and save a corrected name or language."""
    user = request.user
    form = ProfileForm(posted(request), initial={"name": user.name, "language": user.language})
    if not form.is_valid():
        return account_page(request, "data", form)
    citizen_change(user=user, **form.cleaned_data)
    return redirect_with_message(request, _("Your changes have been kept."), "account:show-data")


@reads_or_answers
@fresh_proof_required
def change_email(request: CitizenRequest) -> HttpResponse:
    """Send a code to a new e-mail address, which replaces the former one after the right code."""
    form = NewEmailForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, only=(TooManyAttempts,)):
            return send_code(request, purpose=Purpose.CHANGE_EMAIL, **form.cleaned_data)
    return account_page(request, "email", form)


@reads_or_answers
@fresh_proof_required
def copy_data(request: CitizenRequest) -> HttpResponse:
    """Send the data of the account as one JSON file."""
    if request.method != "POST":
        return account_page(request, "copy")
    attempt_require(request, action="copy", key=str(request.user.pk))
    response = JsonResponse(
        account_copy(user=request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="insaf-my-data.json"'
    return response


@reads_or_answers
@new_proof_required
def erase(request: CitizenRequest) -> HttpResponse:
    """Erase the account after a confirmation."""
    form = EraseForm(posted(request))
    if not form.is_valid():
        return account_page(request, "erase", form)
    account_erase(user=request.user)
    get_adapter().logout(request)
    return redirect_with_message(request, _("Your account has been erased."), "account_login")
