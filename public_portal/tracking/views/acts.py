"""What a citizen does with a reply: rate it, have it examined again, or withdraw."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from public_portal.tracking.forms import RatingForm, ReopenForm
from public_portal.tracking.selectors import space_get
from public_portal.tracking.types import Space
from public_portal.tracking.views.entrance import SPACE, in_space, reads_or_answers
from public_portal.tracking.workflow import reopening_text
from shared.kernel.errors import Conflict, InvalidInput
from shared.ui.messages import refusal_message
from tenants import gateway


@reads_or_answers
@in_space
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Is it settled, and how was it handled; who says no is led to re-opening at once."""
    space = space_get(token=token, language=language())
    form = RatingForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.rating_give(token=token, draft=form.to_draft())):
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
    space = space_get(token=token, language=language())
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.case_reopen(token=token, body=_reasons(space, form))):
        return _page(request, "reopen", space, form)
    messages.success(request, _("Your request is open again. Another officer will examine it."))
    return redirect(SPACE)


@reads_or_answers
@in_space
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the request back, after one more look."""
    space = space_get(token=token, language=language())
    form = forms.Form(request.POST if request.method == "POST" else None)
    if not done(form, lambda: gateway.case_withdraw(token=token)):
        return _page(request, "withdraw", space, form)
    messages.success(request, _("You have withdrawn your request."))
    return redirect(SPACE)


def done(form: forms.Form, act: Callable[[], None]) -> bool:
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


def _page(request: HttpRequest, name: str, space: Space, form: forms.Form) -> HttpResponse:
    context = {"space": space, "form": form}
    page = f"public_portal/tracking/{name}.html"
    return render(request, page, context, status=400 if form.is_bound else 200)


def language() -> str:
    """The language of this page: ar, fr or en."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]
