"""The official address, and the code that proves it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.errors import MailedCodeVoid
from public_portal.workspace_requests.forms.wizard import CodeForm, EmailForm, Wizard
from public_portal.workspace_requests.services import code_accept, code_send
from public_portal.workspace_requests.types import KeptRequest
from public_portal.workspace_requests.views.base import (
    PAGES,
    go_on,
    keep,
    kept_draft,
    kept_of_visit,
    known_browser_of,
    posted,
    reads_or_answers,
    step_page,
)
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.methods import form_of
from tenants.fleet.services.health.summary import mail_health


@reads_or_answers
def give_email(request: HttpRequest) -> HttpResponse:
    """The official address; a code leaves for it, whoever may have the address."""
    kept = kept_draft(request)
    gap = Wizard(kept).gap(before=Step.EMAIL)
    if gap:
        return redirect(PAGES[gap])
    form = EmailForm(posted(request), answers=kept.answers, language=page_language())
    if not form.is_valid():
        return step_page(request, kept, Step.EMAIL, form)
    kept = keep(request, kept, form.to_answers())
    if kept.is_proved or kept.id is None:
        return go_on(request, kept, Step.EMAIL)
    try:
        code_send(request_id=kept.id, place=known_browser_of(request))
    except TooManyAttempts as refusal:
        form.add_error(None, refusal_message(refusal))
        return step_page(request, kept, Step.EMAIL, form, status=refusal_status(refusal))
    return go_on(request, kept, Step.EMAIL)


@reads_or_answers
def enter_code(request: HttpRequest) -> HttpResponse:
    """The digits of the letter; the fifth wrong ones end it."""
    kept = kept_draft(request)
    gap = Wizard(kept).gap(before=Step.CODE)
    if gap or kept.is_proved:
        return redirect(PAGES[gap or Step.PERSON])
    form = CodeForm(posted(request))
    if not form.is_valid() or kept.id is None:
        return _code_page(request, kept, form)
    try:
        typed = form.cleaned_data["code"]
        code_accept(request_id=kept.id, typed=typed, place=known_browser_of(request))
    except DomainError as refusal:
        form.add_error("code", refusal_message(refusal))
        status = 400 if isinstance(refusal, MailedCodeVoid) else refusal_status(refusal)
        return _code_page(request, kept_draft(request), form, status=status)
    messages.success(request, _("Your address is confirmed."))
    return go_on(request, kept_of_visit(request), Step.CODE)


@form_of(PAGES[Step.CODE])
def send_again(request: HttpRequest) -> HttpResponse:
    """Another letter, for one that does not arrive or has grown too old."""
    kept = kept_draft(request)
    if kept.id is None or kept.is_proved or not kept.answers.email:
        return redirect(PAGES[Wizard(kept).gap(before=Step.CHECK) or Step.CHECK])
    try:
        code_send(request_id=kept.id, place=known_browser_of(request))
    except TooManyAttempts as refusal:
        messages.error(request, refusal_message(refusal))
    else:
        messages.success(request, _("We have sent a new code. The one before is void."))
    return redirect(PAGES[Step.CODE])


def _code_page(
    request: HttpRequest, kept: KeptRequest, form: CodeForm, *, status: int = 0
) -> HttpResponse:
    is_paused = mail_health().paused_since is not None
    context = {"email": kept.answers.email, "is_mail_paused": is_paused}
    return step_page(request, kept, Step.CODE, form, page="code", status=status, context=context)
