"""Another e-mail address, proved from both mailboxes."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from public_portal.tracking.forms import EmailForm
from public_portal.tracking.selectors import tracking_page_get
from public_portal.tracking.views.actions import done
from public_portal.tracking.views.links import by_link
from public_portal.tracking.views.sign_in import SPACE, proved_tracking_required, reads_or_answers
from shared.complaints.enums import Privacy
from shared.ui.links import page_language
from shared.ui.messages import refusal_message
from shared.ui.methods import form_of
from tenants.case_access.errors import NoEmailToChange
from tenants.case_access.services import email_changes

CHANGE = "tracking:change-email"
WRITTEN = gettext_lazy("We have written to both addresses.")
WRITTEN_TO_NEW = gettext_lazy("We have written to this address. Use the link in the letter.")


@reads_or_answers
@proved_tracking_required
def change_email(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the change, or see which of the two mailboxes has answered."""
    space = tracking_page_get(token=token, language=page_language())
    # Nobody is to type an address that is refused in the end.
    if space.case.privacy == Privacy.ANONYMOUS:
        messages.warning(request, refusal_message(NoEmailToChange()))
        return redirect(SPACE)
    form = EmailForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: email_changes.email_change_begin(token=token, **form.cleaned_data)):
        messages.success(request, WRITTEN if space.has_email else WRITTEN_TO_NEW)
        return redirect(CHANGE)
    context = {"space": space, "form": form, "change": email_changes.email_change_of(token=token)}
    page = "public_portal/tracking/email.html"
    return render(request, page, context, status=400 if form.is_bound else 200)


@form_of(CHANGE)
@proved_tracking_required
def keep_email(request: HttpRequest, token: str) -> HttpResponse:
    """Take the change back."""
    email_changes.email_change_cancel(token=token)
    messages.success(request, _("Your e-mail address stays as it is."))
    return redirect(CHANGE)


@reads_or_answers
@by_link
def prove_email(request: HttpRequest, key: str) -> HttpResponse:
    """Prove one of the two mailboxes, or refuse the change."""
    proof = email_changes.email_change_preview(key=key)
    is_refused = request.POST.get("do") == "refuse"
    if request.method == "POST" and is_refused:
        email_changes.email_refuse(key=key)
    elif request.method == "POST":
        proof = email_changes.email_prove(key=key)
    context = {
        "linked": proof,
        "proof": proof,
        "case": proof.case,
        "form": forms.Form(),
        "is_refused": is_refused,
    }
    name = "link_email_done" if request.method == "POST" else "link_email"
    return render(request, f"public_portal/tracking/{name}.html", context)
