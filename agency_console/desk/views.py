"""An officer files for a person: choose the body, write, check, send, print the receipt."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agency_console.access import OfficerRequest, console_page, officer_required, refusals_beside
from agency_console.desk.forms import BodyForm, RequestForm
from agency_console.desk.selectors import (
    also_asked,
    body_choices,
    consent_texts,
    counter_receipt,
    earlier_cases,
    own_body,
    summary_rows,
)
from agency_console.desk.services import request_file
from agency_console.desk.types import Body
from shared.directory.errors import OrganisationNotFound
from shared.kernel import clock
from shared.ui.caching import unlisted
from shared.ui.links import portal_url

SESSION_KEY = "desk_receipt"
# Long enough to print it, and for a printer that jams; afterwards only the person has the code.
SHOWN_FOR = timedelta(minutes=15)


@officer_required
@require_safe
def choose_body(request: OfficerRequest) -> HttpResponse:
    """Which of this agency's bodies it is about; those of others are a link to the portal."""
    form = BodyForm(request.GET)
    words = form.words()
    context = {
        "form": form,
        "words": words,
        "bodies": body_choices(agency=request.agency, words=words, language=_language()),
        "portal": portal_url(),
    }
    return console_page(request, "agency_console/desk_body.html", context)


@officer_required
@require_http_methods(["GET", "HEAD", "POST"])
def file_request(request: OfficerRequest) -> HttpResponse:
    """Write what the person says, check it with them, send it."""
    code = request.GET.get("organisation", "")
    if not code:
        return redirect("desk:choose-body")
    body = _body(request, code)
    form = RequestForm(request.POST or None, categories=body.categories, language=_language())
    is_valid = form.is_valid() and "change" not in request.POST
    if is_valid and "send" in request.POST:
        with refusals_beside(form):
            receipt = request_file(
                draft=form.to_draft(organisation_code=code, officer_id=request.user.pk),
                key=form.cleaned_data["key"],
                actor=request.actor,
            )
            return _sent(request, receipt.reference, form.cleaned_data["language"])
    elif is_valid:
        return _check_page(request, body, form)
    return _form_page(request, body, form)


@officer_required
@require_safe
def show_receipt(request: OfficerRequest) -> HttpResponse:
    """The paper to print, for some minutes after the filing; there is no second copy later."""
    kept = request.session.get(SESSION_KEY)
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        request.session.pop(SESSION_KEY, None)
        messages.info(request, _("The receipt is no longer shown: the person has it on paper."))
        return redirect("desk:choose-body")
    receipt = counter_receipt(
        reference=kept["reference"], language=kept["language"], agency=request.agency
    )
    context = {"receipt": receipt}
    return unlisted(console_page(request, "agency_console/desk_receipt.html", context))


@officer_required
@require_POST
def file_another(request: OfficerRequest) -> HttpResponse:
    """The paper is printed: forget the code, and begin with the next person."""
    request.session.pop(SESSION_KEY, None)
    return redirect("desk:choose-body")


def _body(request: OfficerRequest, code: str) -> Body:
    try:
        return own_body(agency=request.agency, code=code)
    except OrganisationNotFound:
        raise Http404(code) from None


def _sent(request: OfficerRequest, reference: str, language: str) -> HttpResponse:
    until = (clock.now() + SHOWN_FOR).isoformat()
    request.session[SESSION_KEY] = {"reference": reference, "language": language, "until": until}
    return redirect("desk:show-receipt")


def _form_page(request: OfficerRequest, body: Body, form: RequestForm) -> HttpResponse:
    context = {
        "form": form,
        "body": body.info,
        "consents": consent_texts(agency=request.agency),
        "portal": portal_url(),
    }
    # Changing what was right is no error.
    status = 400 if form.is_bound and form.errors else 200
    return console_page(request, "agency_console/desk_form.html", context, status=status)


def _check_page(request: OfficerRequest, body: Body, form: RequestForm) -> HttpResponse:
    draft = form.to_draft(organisation_code=body.info.code, officer_id=request.user.pk)
    context = {
        "rows": summary_rows(draft=draft, body=body, language=_language()),
        "given": form.given(),
        "earlier": earlier_cases(draft=draft),
        "questions": also_asked(draft=draft, language=_language()),
    }
    return console_page(request, "agency_console/desk_check.html", context)


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]
