"""Views of the links in e-mails. A link shows a page with a button, and changes nothing by GET.

The reason: programs that protect mailboxes open every link, but send no form.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from public_portal.tracking.forms import AskLinkForm, EmailForm, PromiseForm, RatingForm
from public_portal.tracking.selectors.tracking_page import tracking_page_get
from public_portal.tracking.services import email_change_ask, link_send
from public_portal.tracking.views.actions import REFUSALS, after_promise, after_rating
from public_portal.tracking.views.sign_in import (
    TRACKING_PAGE,
    let_in,
    proved_tracking_required,
    unreachable_page,
)
from shared.complaints.enums import Privacy
from shared.complaints.types import PublicCase
from shared.forms.views import (
    form_page,
    page_or_redirect,
    posted,
    reads_or_answers,
    redirect_with_message,
    unjudged_redirect,
)
from shared.kernel.errors import Conflict, TooManyAttempts
from shared.ui.addresses import client_group
from shared.ui.cache_control import unlisted
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access import gateway
from tenants.case_access.errors import LinkNotFound, NoEmailToChange
from tenants.case_access.services import email_changes, email_proofs, one_time_links
from tenants.case_access.types import IssuedToken, LinkedCase
from tenants.fleet.services.health.summary import mail_health
from tenants.isolation.errors import AgencyUnreachable
from tenants.models.enums import LinkPurpose

F = TypeVar("F", bound=forms.Form)
LinkView = Callable[[HttpRequest, str], HttpResponse]

CHANGE = "tracking:change-email"
WRITTEN = gettext_lazy("We have written to both addresses.")
WRITTEN_TO_NEW = gettext_lazy("We have written to this address. Use the link in the e-mail.")


def by_link(view: LinkView) -> LinkView:
    """Decorate a view of a link: no caching of the page, and one error page for invalid links."""

    @wraps(view)
    def guarded(request: HttpRequest, key: str) -> HttpResponse:
        try:
            return unlisted(view(request, key))
        except AgencyUnreachable as refusal:
            return unlisted(unreachable_page(request, refusal))
        except LinkNotFound:
            # A text sent with a link that was used meanwhile is not lost: the page shows it.
            return unlisted(unjudged_redirect(request) or _gone(request))

    return guarded


@reads_or_answers
def ask_link(request: HttpRequest) -> HttpResponse:
    """Mail a link that opens the request without the receipt code."""
    form = AskLinkForm(
        posted(request), initial={"reference": request.GET.get("reference", "")[:40]}
    )
    if form.is_valid():
        with refusals_beside(form, only=(TooManyAttempts,)):
            link_send(**form.cleaned_data, language=page_language(), address=client_group(request))
            return redirect("tracking:link-asked")
    return form_page(request, "public_portal/tracking/ask_link.html", form)


@require_safe
def link_asked(request: HttpRequest) -> HttpResponse:
    """Show that an e-mail comes if the reference and the address belong together."""
    return render(
        request,
        "public_portal/tracking/link_asked.html",
        {"is_mail_paused": mail_health().paused_since is not None},
    )


@reads_or_answers
@by_link
def open_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Open the tracking page by a link."""
    linked = one_time_links.link_preview(key=key, purpose=LinkPurpose.OPEN)
    if request.method == "POST":
        return let_in(request, one_time_links.link_open(key=key).token)
    return _page(request, "link_open", linked, forms.Form())


@reads_or_answers
@by_link
def file_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Open the request of a link, and copy it into a draft to the competent body."""
    linked = one_time_links.link_preview(key=key, purpose=LinkPurpose.FILE)
    if request.method == "POST":
        let_in(request, one_time_links.link_open(key=key, purpose=LinkPurpose.FILE).token)
        return redirect("tracking:file-elsewhere")
    return _page(request, "link_file", linked, forms.Form())


@reads_or_answers
@by_link
def rate_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Store a rating of the reply; the choice made in the e-mail is preselected."""
    linked = one_time_links.link_preview(key=key, purpose=LinkPurpose.RATE)
    if not linked.case.may_rate:
        return unjudged_redirect(request) or _page(request, "link_rated", linked, forms.Form())
    return _answer_page(
        request,
        "link_rate",
        linked,
        RatingForm(posted(request), initial={"handling": request.GET.get("handling", "")}),
        lambda form: one_time_links.link_rate(key=key, draft=form.to_draft()),
        after_rating,
    )


@reads_or_answers
@by_link
def report_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Record whether the promise was kept; the choice made in the e-mail is preselected."""
    linked = one_time_links.link_preview(key=key, purpose=LinkPurpose.PROMISE)
    if linked.case.promise is None or linked.case.promise.kept is not None:
        return _page(request, "link_told", linked, forms.Form())
    return _answer_page(
        request,
        "link_report",
        linked,
        PromiseForm(posted(request), initial={"kept": request.GET.get("kept", "")}),
        lambda form: one_time_links.link_report(key=key, kept=form.cleaned_data["kept"]),
        after_promise,
    )


def _answer_page(
    request: HttpRequest,
    name: str,
    linked: LinkedCase,
    form: F,
    do: Callable[[F], IssuedToken],
    lead_on: Callable[[HttpRequest, PublicCase], HttpResponse],
) -> HttpResponse:
    """Call ``do`` for a valid form, open the request and redirect; otherwise show the form."""
    if form.is_valid():
        with refusals_beside(form, only=(Conflict,)):
            token = do(form).token
            let_in(request, token)
            return lead_on(request, gateway.case_show(token=token))
    return _page(request, name, linked, form)


def _gone(request: HttpRequest) -> HttpResponse:
    return page_or_redirect(request, "public_portal/tracking/link_gone.html", {}, status=410)


def _page(request: HttpRequest, name: str, linked: LinkedCase, form: forms.Form) -> HttpResponse:
    context = {"linked": linked, "case": linked.case}
    return form_page(request, f"public_portal/tracking/{name}.html", form, context)


@reads_or_answers
@proved_tracking_required
def change_email(request: HttpRequest, token: str) -> HttpResponse:
    """Begin a change of the e-mail address, or show the state of a change."""
    page = tracking_page_get(token=token, language=page_language())
    # An anonymous request has no address to change, so the form is not shown.
    if page.case.privacy == Privacy.ANONYMOUS:
        return redirect_with_message(
            request, refusal_message(NoEmailToChange()), TRACKING_PAGE, level=messages.WARNING
        )
    form = EmailForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, only=(*REFUSALS, TooManyAttempts)):
            email_change_ask(token=token, **form.cleaned_data)
            return redirect_with_message(
                request, WRITTEN if page.has_proved_email else WRITTEN_TO_NEW, CHANGE
            )
    context = {"space": page, "change": email_changes.email_change_of(token=token)}
    return form_page(request, "public_portal/tracking/email.html", form, context)


@form_of(CHANGE)
@proved_tracking_required
def keep_email(request: HttpRequest, token: str) -> HttpResponse:
    """Cancel the change of the address."""
    email_changes.email_change_cancel(token=token)
    return redirect_with_message(request, _("Your e-mail address stays as it is."), CHANGE)


@reads_or_answers
@by_link
def prove_given_email(request: HttpRequest, key: str) -> HttpResponse:
    """Prove the e-mail address of a request, without showing the request."""
    filed_on = email_proofs.email_proof_preview(key=key)
    name = "link_address"
    if request.method == "POST":
        email_proofs.email_given_prove(key=key)
        name = "link_address_done"
    return render(request, f"public_portal/tracking/{name}.html", {"filed_on": filed_on})


@reads_or_answers
@by_link
def prove_email(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm a change of e-mail address from one of the two mailboxes, or refuse the change."""
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
