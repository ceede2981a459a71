"""Views of the list of a citizen's requests to all agencies."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.account.enums import Shown
from public_portal.account.forms import AdoptForm, ListForm, ReferenceForm
from public_portal.account.permissions import CitizenRequest, citizen_required
from public_portal.account.selectors import A_PAGE, complaints_page
from public_portal.account.services import complaint_adopt, complaint_restore
from public_portal.account.views.base import HOME, account_page
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.kernel.errors import TooManyAttempts
from shared.rows.selectors import found_or_refuse
from shared.ui.addresses import client_group
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access.errors import AnonymousStaysApart, CaseNotFound
from tenants.case_access.services.case_owners import owner_unlink
from tenants.case_access.services.owned_cases import owned_case_open
from tenants.case_access.types import TRACKING_TOKEN_SESSION_KEY

# Session keys of the request that was removed last, so that the citizen can add it again.
REMOVED = "account_removed"
REMOVED_BY_EMAIL = "account_removed_by_email"
REMOVED_BY_PRINTED_CODE = "account_removed_by_printed_code"


@require_safe
@citizen_required
def list_complaints(request: CitizenRequest) -> HttpResponse:
    """Show the citizen's requests with their status, the latest first."""
    shown, number = ListForm(request.GET).asked()
    total, complaints = complaints_page(
        user=request.user, shown=shown, page=number, language=page_language()
    )
    return account_page(
        request,
        "complaints",
        complaints=complaints,
        total=total,
        page=Paginator(range(total), A_PAGE).get_page(number),
        shown=shown,
        choices=list(Shown),
        removed=request.session.get(REMOVED, ""),
    )


@form_of(HOME)
@citizen_required
def open_complaint(request: CitizenRequest) -> HttpResponse:
    """Open the tracking page of a request of the account, without the receipt code."""
    token = owned_case_open(user_id=request.user.pk, reference=_reference(request)).token
    request.session[TRACKING_TOKEN_SESSION_KEY] = token
    return redirect("tracking:show-case")


@reads_or_answers
@citizen_required
def adopt_complaint(request: CitizenRequest) -> HttpResponse:
    """Add an earlier request to the account."""
    form = AdoptForm(posted(request), initial={"reference": request.GET.get("reference", "")[:40]})
    if form.is_valid():
        with refusals_beside(form, only=(CaseNotFound, AnonymousStaysApart, TooManyAttempts)):
            complaint_adopt(user=request.user, place=client_group(request), **form.cleaned_data)
            return redirect_with_message(request, _("The request is now in your account."), HOME)
    return account_page(request, "adopt", form)


@form_of(HOME)
@citizen_required
def remove_complaint(request: CitizenRequest) -> HttpResponse:
    """Remove a request from the account; the request itself does not change."""
    found = owner_unlink(user_id=request.user.pk, reference=_reference(request))
    kept = found_or_refuse(found, CaseNotFound())
    request.session[REMOVED] = kept.route_id
    request.session[REMOVED_BY_EMAIL] = kept.is_by_email
    request.session[REMOVED_BY_PRINTED_CODE] = kept.is_by_printed_code
    return redirect(HOME)


@form_of(HOME)
@citizen_required
def restore_complaint(request: CitizenRequest) -> HttpResponse:
    """Add the request again that was removed last in this session."""
    reference = request.session.pop(REMOVED, "")
    if not reference:
        return redirect(HOME)
    # The proof is checked again, because the request may have another e-mail address now.
    is_by_email = request.session.pop(REMOVED_BY_EMAIL, True)
    is_printed = request.session.pop(REMOVED_BY_PRINTED_CODE, False)
    try:
        complaint_restore(
            user=request.user,
            reference=reference,
            is_by_email=is_by_email,
            is_by_printed_code=is_printed,
        )
    except CaseNotFound as refusal:
        messages.warning(request, refusal_message(refusal))
    else:
        messages.success(request, _("The request is in your account again."))
    return redirect(HOME)


def _reference(request: CitizenRequest) -> str:
    form = ReferenceForm(request.POST)
    if not form.is_valid():
        raise CaseNotFound
    return str(form.cleaned_data["reference"])
