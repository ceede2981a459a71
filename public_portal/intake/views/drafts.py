"""Views to save, resume and delete a form draft, and to make a draft from a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from public_portal.intake.enums import Step
from public_portal.intake.errors import HeldNotFound, RequestIsHeld
from public_portal.intake.forms.check import LaterForm
from public_portal.intake.forms.wizard import PAGES
from public_portal.intake.selectors.drafts import form_draft_find, held_find
from public_portal.intake.services.drafts import (
    form_draft_carry,
    form_draft_discard,
    form_draft_renew,
)
from public_portal.intake.services.mail import form_draft_mail_send
from public_portal.intake.types import CarriedDraft
from public_portal.intake.views.base import (
    CARRIED_KEY,
    FILED_KEY,
    HELD_KEY,
    OPENED_KEY,
    SESSION_KEY,
    filed_already,
    held_here,
    kept_draft,
)
from shared.forms.views import form_page, posted, reads_or_answers, redirect_with_message
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.addresses import client_group
from shared.ui.cache_control import unlisted
from shared.ui.dates import day_text
from shared.ui.links import own_url, page_language
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of


@reads_or_answers
def save_draft(request: HttpRequest) -> HttpResponse:
    """Show the link to the answers and the link's last day, and mail the link if asked."""
    kept = kept_draft(request)
    if not kept.token:
        return redirect(PAGES[Step.KIND])
    url = own_url(request, reverse("intake:resume-draft", args=[kept.token]))
    until = day_text(kept.kept_until) if kept.kept_until else ""
    form = LaterForm(posted(request))
    if form.is_valid():
        email, place = form.cleaned_data["email"], client_group(request)
        with refusals_beside(form, only=(TooManyAttempts,)):
            form_draft_mail_send(
                email=email, address=place, language=page_language(), url=url, until=until
            )
            return redirect_with_message(
                request, _("The e-mail with the address is on its way."), "intake:save-draft"
            )
    context = {"kept": kept, "address": url}
    return unlisted(form_page(request, "public_portal/intake/later.html", form, context))


@form_of("intake:save-draft")
def renew_draft(request: HttpRequest) -> HttpResponse:
    """Replace the link to the answers; the old link no longer works."""
    kept = kept_draft(request)
    if kept.token:
        request.session[SESSION_KEY] = form_draft_renew(token=kept.token)
        messages.success(request, _("The address is new. The old one no longer works."))
    return redirect("intake:save-draft")


@reads_or_answers
def resume_draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether the answers of a link are still stored, and resume them by POST.

    A GET changes nothing, because programs follow links in e-mails.
    """
    kept = form_draft_find(token=token)
    if kept.is_gone:
        return filed_already(request, kept)
    if kept.token and request.method == "POST":
        # Somebody else may have sent this link, and could read the new answers with the old token.
        if request.session.get(SESSION_KEY) != kept.token:
            request.session[SESSION_KEY] = form_draft_renew(token=kept.token)
            messages.info(
                request,
                _("Your answers have a new address now, and the former one no longer works."),
            )
        return redirect(PAGES[Step.CHECK])
    context, status = {"kept": kept, "own": kept_draft(request)}, 200 if kept.token else 404
    return unlisted(render(request, "public_portal/intake/resume.html", context, status=status))


@reads_or_answers
def carry_over(request: HttpRequest) -> HttpResponse:
    """Create a draft for the competent body from the text and files of the opened case.

    Another draft of this session is replaced only after a confirmation. A draft that was made from
    this case before is continued.
    """
    own, opened = kept_draft(request), request.session.get(OPENED_KEY, "")
    if own.token and request.method != "POST":
        if request.session.get(CARRIED_KEY) == [opened, own.token]:
            return redirect(PAGES[Step.CHECK])
        return unlisted(render(request, "public_portal/intake/carry_over.html", {"own": own}))
    try:
        carried = form_draft_carry(token=opened)
    except DomainError as refusal:
        # The tracking page shows the error and what the citizen can do.
        return redirect_with_message(
            request, refusal_message(refusal), "tracking:show-case", level=messages.WARNING
        )
    if own.token:
        form_draft_discard(token=own.token)
    request.session[SESSION_KEY] = carried.token
    request.session[CARRIED_KEY] = [opened, carried.token]
    _say_what_was_carried(request, carried)
    return redirect(PAGES[Step.CHECK])


def _say_what_was_carried(request: HttpRequest, carried: CarriedDraft) -> None:
    left = carried.files_left
    if carried.files_copied and not left:
        messages.success(request, _("Your text and your files are here. Check them, then send."))
    else:
        messages.success(request, _("Your text is here. Check it, then send."))
    if left:
        words = ngettext(
            "%(number)d file could not be copied: add it again.",
            "%(number)d files could not be copied: add them again.",
            left,
        )
        messages.warning(request, words % {"number": left})


@form_of(PAGES[Step.KIND])
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Delete the answers at once.

    If another window has sent the answers and the request is held, redirect to its page.
    """
    if not kept_draft(request).token and (held := _waiting(request)):
        return redirect_with_message(
            request,
            RequestIsHeld.sentence,
            "intake:show-held",
            level=messages.WARNING,
            token=held,
        )
    form_draft_discard(token=request.session.pop(SESSION_KEY, ""))
    for key in (FILED_KEY, HELD_KEY):
        request.session.pop(key, None)
    return redirect_with_message(request, _("Your answers have been deleted."), PAGES[Step.KIND])


def _waiting(request: HttpRequest) -> str:
    held = held_here(request)
    try:
        return "" if held_find(token=held).reference else held
    except HeldNotFound:
        return ""
