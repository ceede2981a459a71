"""Coming back to answers that wait, and forgetting them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.intake.enums import Step
from public_portal.intake.selectors import draft_find
from public_portal.intake.services import draft_discard
from public_portal.intake.views.base import (
    PAGES,
    SESSION_KEY,
    kept_draft,
    reads_or_answers,
)
from shared.ui.caching import unlisted


@require_safe
def save_draft(request: HttpRequest) -> HttpResponse:
    """How to come back to the answers, and until when they are kept."""
    kept = kept_draft(request)
    if not kept.token:
        return redirect(PAGES[Step.KIND])
    address = reverse("intake:resume-draft", args=[kept.token])
    context = {"kept": kept, "address": request.build_absolute_uri(address)}
    return unlisted(render(request, "public_portal/intake/later.html", context))


@reads_or_answers
def resume_draft(request: HttpRequest, token: str) -> HttpResponse:
    """Take answers up again. Reading the page changes nothing: programmes follow links in mail."""
    kept = draft_find(token=token)
    if kept.token and request.method == "POST":
        request.session[SESSION_KEY] = kept.token
        return redirect(PAGES[Step.CHECK])
    page = render(
        request,
        "public_portal/intake/resume.html",
        {"kept": kept},
        status=200 if kept.token else 404,
    )
    return unlisted(page)


@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Forget the answers at once, for those who share their telephone."""
    draft_discard(token=request.session.pop(SESSION_KEY, ""))
    messages.success(request, _("Your answers have been deleted."))
    return redirect(PAGES[Step.KIND])
