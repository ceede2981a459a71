"""Following a request: open its space, read, talk, rate, re-open, withdraw, leave."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Concatenate, ParamSpec
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from public_portal.tracking.forms import (
    AttachmentForm,
    MessageForm,
    OpenForm,
    RatingForm,
    ReopenForm,
)
from public_portal.tracking.selectors import space_get
from public_portal.tracking.services import space_open
from public_portal.tracking.types import Space
from public_portal.tracking.workflow import reopening_text
from shared.kernel.errors import Conflict, DomainError, InvalidInput, TooManyAttempts
from shared.ui.addresses import address_group, client_address
from shared.ui.messages import refusal_message, refusal_status
from tenants import gateway
from tenants.errors import CaseNotFound, TokenNotFound

SESSION_KEY = "tracking_token"
SPACE = "tracking:show-case"

P = ParamSpec("P")
SpaceView = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def in_space(view: SpaceView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the view the token of this visit; without a living one, lead back to the entrance."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = request.session.get(SESSION_KEY, "")
        try:
            if token:
                return view(request, token, *args, **kwargs)
        except TokenNotFound as refusal:
            del request.session[SESSION_KEY]
            messages.warning(request, refusal_message(refusal))
        return redirect("tracking:start")

    return guarded


@reads_or_answers
def start(request: HttpRequest) -> HttpResponse:
    """Reference and e-mail address, or reference and receipt code."""
    if request.method != "POST":
        known = {"reference": request.GET.get("reference", "")[:40]}
        return _start_page(request, OpenForm(initial=known), status=200)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _start_page(request, form, status=400)
    try:
        token = _open(request, form)
    except (CaseNotFound, TooManyAttempts) as refusal:
        form.add_error(None, refusal_message(refusal))
        return _refused_page(request, form, refusal)
    # A session that somebody else planted in this browser must not come to hold the token.
    request.session.cycle_key()
    request.session[SESSION_KEY] = token
    return redirect(SPACE)


@require_safe
@in_space
def show_case(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands, who holds it, what comes next and by when."""
    return _space_page(request, token)


@require_POST
@in_space
def add_message(request: HttpRequest, token: str) -> HttpResponse:
    """Write to the administration, or answer its question."""
    form = MessageForm(request.POST)
    if not _done(form, lambda: gateway.message_add(token=token, body=form.cleaned_data["body"])):
        return _space_page(request, token, message_form=form)
    messages.success(request, _("Your message has been sent."))
    return redirect(SPACE)


@require_POST
@in_space
def add_attachment(request: HttpRequest, token: str) -> HttpResponse:
    """Send one file."""
    form = AttachmentForm(request.POST, request.FILES)
    if not _done(
        form, lambda: gateway.attachment_add(token=token, upload=form.cleaned_data["file"])
    ):
        return _space_page(request, token, attachment_form=form)
    messages.success(request, _("Your file has been added."))
    return redirect(SPACE)


@require_safe
@in_space
def read_attachment(request: HttpRequest, token: str, attachment_id: UUID) -> FileResponse:
    """One file of this case, to be saved: never shown inside our pages, never run."""
    found = gateway.attachment_read(token=token, attachment_id=str(attachment_id))
    response = FileResponse(
        BytesIO(found.content),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@reads_or_answers
@in_space
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Is it settled, and how was it handled; who says no is led to re-opening at once."""
    space = space_get(token=token, language=_language())
    form = RatingForm(request.POST if request.method == "POST" else None)
    if not _done(form, lambda: gateway.rating_give(token=token, draft=form.to_draft())):
        return _page(request, "rate", space, form)
    if not form.cleaned_data["resolved"] and space.case.may_reopen:
        messages.info(request, _("Thank you. You can re-open your request now."))
        return redirect("tracking:reopen-case")
    messages.success(request, _("Thank you. Your rating has been kept."))
    return redirect(SPACE)


@reads_or_answers
@in_space
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Use the right to have it examined again, by another officer."""
    space = space_get(token=token, language=_language())
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if not _done(form, lambda: gateway.case_reopen(token=token, body=_reasons(space, form))):
        return _page(request, "reopen", space, form)
    messages.success(request, _("Your request is open again. Another officer will examine it."))
    return redirect(SPACE)


@reads_or_answers
@in_space
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the request back, after one more look."""
    space = space_get(token=token, language=_language())
    form = forms.Form(request.POST if request.method == "POST" else None)
    if not _done(form, lambda: gateway.case_withdraw(token=token)):
        return _page(request, "withdraw", space, form)
    messages.success(request, _("You have withdrawn your request."))
    return redirect(SPACE)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the space, for those who share their telephone."""
    request.session.pop(SESSION_KEY, None)
    request.session.cycle_key()
    messages.success(request, _("You have closed your request. Nobody can read it here now."))
    return redirect("tracking:start")


def _open(request: HttpRequest, form: OpenForm) -> str:
    return space_open(
        reference=form.cleaned_data["reference"],
        kind=form.kind,
        value=form.cleaned_data["secret"],
        address=address_group(client_address(request)),
    ).token


def _done(form: forms.Form, act: Callable[[], None]) -> bool:
    """Carry out what the form asks; a refusal is written into the form, beside what was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except (Conflict, InvalidInput) as refusal:
        form.add_error(None, refusal_message(refusal))
        return False
    return True


def _reasons(space: Space, form: ReopenForm) -> str:
    return reopening_text(
        reason=form.cleaned_data["reason"],
        body=form.cleaned_data["body"],
        language=space.case.language,
    )


def _start_page(request: HttpRequest, form: OpenForm, *, status: int) -> HttpResponse:
    context = {"form": form, "is_open": SESSION_KEY in request.session}
    return render(request, "public_portal/tracking/start.html", context, status=status)


def _refused_page(request: HttpRequest, form: OpenForm, refusal: DomainError) -> HttpResponse:
    response = _start_page(request, form, status=refusal_status(refusal))
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _space_page(
    request: HttpRequest,
    token: str,
    message_form: MessageForm | None = None,
    attachment_form: AttachmentForm | None = None,
) -> HttpResponse:
    bound = message_form or attachment_form
    context = {
        "space": space_get(token=token, language=_language()),
        "form": bound,
        "message_form": message_form or MessageForm(auto_id="message_%s"),
        "attachment_form": attachment_form or AttachmentForm(auto_id="attachment_%s"),
        "unsent": message_form,
    }
    page = "public_portal/tracking/case.html"
    return render(request, page, context, status=400 if bound else 200)


def _page(request: HttpRequest, name: str, space: Space, form: forms.Form) -> HttpResponse:
    context = {"space": space, "form": form}
    page = f"public_portal/tracking/{name}.html"
    return render(request, page, context, status=400 if form.is_bound else 200)


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
