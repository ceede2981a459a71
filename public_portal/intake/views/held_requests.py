"""Views that show a held request and take it back."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from public_portal.intake.enums import Step
from public_portal.intake.errors import HeldNotFound
from public_portal.intake.forms.wizard import PAGES
from public_portal.intake.selectors.drafts import held_find
from public_portal.intake.selectors.finder import orientation_agency, recipient_name
from public_portal.intake.selectors.summary import receipt_qr, receipt_token
from public_portal.intake.services.held_requests import held_take_back
from public_portal.intake.views.base import HELD_KEY, SESSION_KEY
from shared.ui.cache_control import unlisted
from shared.ui.links import own_url, page_language
from shared.ui.messages import code_message
from shared.ui.methods import form_of

TEMPLATE = "public_portal/intake/held.html"
# Shown while a worker, or a filing that hangs, has locked the answers.
LOCKED = gettext_lazy(
    "The request cannot be taken back at this moment. Try again in a few minutes."
)


@require_safe
def show_held(request: HttpRequest, token: str) -> HttpResponse:
    """Show a held request, or redirect to its receipt if it was filed."""
    try:
        held = held_find(token=token)
    except HeldNotFound:
        return unlisted(render(request, TEMPLATE, {"held": None}, status=404))
    if held.reference:
        return unlisted(redirect("intake:show-receipt", token=receipt_token(held.reference)))
    address = own_url(request, request.path)
    context = {
        "held": held,
        "recipient": recipient_name(organisation=held.organisation, language=page_language()),
        "refusal": code_message(held.refusal) if held.refusal else "",
        "has_orientation": bool(held.refusal) and orientation_agency() is not None,
        "address": address,
        "qr": receipt_qr(address),
    }
    return unlisted(render(request, TEMPLATE, context))


@form_of("intake:show-held", "token")
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """Make the held request a draft of this session; if that fails, show the held request."""
    fresh = held_take_back(token=token)
    if not fresh:
        with suppress(HeldNotFound):
            if not held_find(token=token).reference:
                messages.warning(request, LOCKED)
        return unlisted(redirect("intake:show-held", token=token))
    request.session.pop(HELD_KEY, None)
    request.session[SESSION_KEY] = fresh
    messages.success(request, _("The request has been taken back. It has not been filed."))
    return unlisted(redirect(PAGES[Step.CHECK]))
