"""Pages of assisted filing: choose the body, write, check, file, print the receipt."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    console_page,
    officer_required,
    scope_of,
)
from agency_console.assisted_filing.forms import BodyForm, DetailsForm, RequestForm, typed_values
from agency_console.assisted_filing.selectors import (
    assisted_summary_rows,
    body_choices,
    consent_texts,
    counter_receipt,
    own_body,
)
from agency_console.assisted_filing.services import file_keep, files_of, request_file
from agency_console.assisted_filing.types import Body
from shared.catalogue.forms import DETAIL
from shared.catalogue.types import CategoryInfo
from shared.complaints.errors import TooManyAttachments
from shared.complaints.selectors import cases_of_person
from shared.complaints.types import ComplaintDraft, EarlierCase
from shared.forms.expired_session_input import saved_input
from shared.forms.views import reads_or_answers, redirect_with_message
from shared.kernel import clock
from shared.kernel.errors import Conflict, InvalidInput, TryLater
from shared.kernel.files import MOST
from shared.ui.cache_control import unlisted
from shared.ui.links import page_language, portal_url
from shared.ui.messages import file_refusal_message, refusals_beside

SESSION_KEY = "desk_receipt"
# Session key of a dict: form key -> files stored for the request that the officer is writing.
FILES_KEY = "desk_files"
MOST_PAGES = 3
# The receipt can be shown again for this time; its code, which opens the request, only once.
SHOWN_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The form of a category's questions; ``is_answered``: no question is left to answer.

    ``draft`` is the complaint content with the files that answer the questions.
    """

    category: CategoryInfo | None
    form: DetailsForm
    draft: ComplaintDraft
    is_answered: bool


@officer_required
@require_safe
def choose_body(request: OfficerRequest) -> HttpResponse:
    """Show the bodies to choose from, by default this agency's, and a link to the portal."""
    form = BodyForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    return console_page(
        request,
        "agency_console/assisted_filing_body.html",
        {
            "form": form,
            "words": words,
            "bodies": body_choices(agency=request.agency, words=words, language=page_language()),
            "portal": portal_url(),
        },
    )


@officer_required
@reads_or_answers
def file_request(request: OfficerRequest) -> HttpResponse:
    """Show the form of the request, its questions and its check page, then file the request."""
    code = request.GET.get("organisation", "")
    if not code:
        return redirect("assisted_filing:choose-body")
    body = own_body(agency=request.agency, code=code)
    form = RequestForm(request.POST or None, categories=body.categories, language=page_language())
    if not form.is_valid() or "change" in request.POST:
        return _form_page(request, body, form)
    asked = _asked(request, body, form)
    if not asked.is_answered:
        return _details_page(request, body, form, asked)
    if "send" in request.POST:
        with refusals_beside(form):
            return _sent(request, form, asked)
    if form.errors:
        return _form_page(request, body, form)
    return _check_page(request, body, form, asked)


@officer_required
@require_safe
def show_receipt(request: OfficerRequest) -> HttpResponse:
    """Show the receipt to print; show its receipt code at most once."""
    kept = request.session.get(SESSION_KEY)
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        request.session.pop(SESSION_KEY, None)
        return redirect_with_message(
            request, _gone_text(), "assisted_filing:choose-body", level=messages.INFO
        )
    receipt = counter_receipt(
        reference=kept["reference"],
        language=kept["language"],
        agency=request.agency,
        has_code=not kept["is_code_shown"],
    )
    if request.method == "GET":
        request.session[SESSION_KEY] = {**kept, "is_code_shown": True}
    return unlisted(
        console_page(request, "agency_console/assisted_filing_receipt.html", {"shown": receipt})
    )


@officer_required
@require_POST
def file_another(request: OfficerRequest) -> HttpResponse:
    """Delete the receipt and the files from the session before the next person's request."""
    for name in (SESSION_KEY, FILES_KEY):
        request.session.pop(name, None)
    return redirect("assisted_filing:choose-body")


def _gone_text() -> str:
    minutes = SHOWN_FOR // timedelta(minutes=1)
    text = ngettext(
        "The receipt is no longer shown. A receipt is shown only for %(count)d minute after "
        "the filing.",
        "The receipt is no longer shown. A receipt is shown only for %(count)d minutes after "
        "the filing.",
        minutes,
    )
    return text % {"count": minutes}


def _asked(request: OfficerRequest, body: Body, form: RequestForm) -> Asked:
    category = body.category(form.cleaned_data["category"])
    questions = category.questions if category else ()
    has_come = not questions or request.POST.get("asked") == form.cleaned_data["category"]
    details = DetailsForm(
        request.POST if has_come or any(name.startswith(DETAIL) for name in request.POST) else None,
        request.FILES if has_come else None,
        questions=questions,
        language=page_language(),
    )
    if has_come:
        _change_files(request, form.cleaned_data["key"], details)
    kept = _all_files(request).get(form.cleaned_data["key"], [])
    draft = form.to_draft(organisation_code=body.info.code, officer_id=request.user.pk)
    return Asked(
        category=category,
        form=details,
        draft=replace(draft, files=files_of(kept, category=category)),
        is_answered=has_come and "remove" not in request.POST and not details.errors,
    )


def _change_files(request: OfficerRequest, key: str, details: DetailsForm) -> None:
    """Add chosen files to the session, and remove one if asked; a task deletes its bytes later."""
    others = dict(_all_files(request))
    before = others.pop(key, [])
    kept = [one for one in before if one["id"] != request.POST.get("remove", "")]
    for field, question, upload in list(details.chosen()) if details.is_valid() else []:
        try:
            if len(kept) >= MOST:
                raise TooManyAttachments
            kept.append(file_keep(upload=upload, question=question))
        except (InvalidInput, Conflict, TryLater) as why:
            details.add_error(field, file_refusal_message(upload.name or "", why))
    if kept != before:
        request.session[FILES_KEY] = dict([*others.items(), (key, kept)][-MOST_PAGES:])


def _all_files(request: OfficerRequest) -> dict[str, list[dict[str, str]]]:
    return cast(dict[str, list[dict[str, str]]], request.session.get(FILES_KEY, {}))


def _sent(request: OfficerRequest, form: RequestForm, asked: Asked) -> HttpResponse:
    receipt = request_file(
        draft=asked.draft,
        category=asked.category,
        details=asked.form.to_details(),
        key=form.cleaned_data["key"],
        actor=request.actor,
    )
    kept = request.session.get(SESSION_KEY)
    # A form that is sent twice files one request, and must not show the code a second time.
    if not (receipt.is_repeat and kept and kept["reference"] == receipt.reference):
        request.session[SESSION_KEY] = {
            "reference": receipt.reference,
            "language": form.cleaned_data["language"],
            "until": (clock.now() + SHOWN_FOR).isoformat(),
            "is_code_shown": receipt.is_repeat,
        }
    return redirect("assisted_filing:show-receipt")


def _form_page(request: OfficerRequest, body: Body, form: RequestForm) -> HttpResponse:
    # The status is 200 if the officer has returned to the form to change valid answers.
    saved = saved_input(request)
    return console_page(
        request,
        "agency_console/assisted_filing_form.html",
        {
            "form": form,
            "body": body.info,
            "carried": _answers_in(saved.data if saved else request.POST),
            "consents": consent_texts(agency=request.agency),
            "portal": portal_url(),
        },
        status=400 if form.errors else 200,
    )


def _answers_in(sent: QueryDict) -> list[tuple[str, str]]:
    """Return names and values of the sent answers, which hidden fields of the form send again."""
    names = [name for name in sent if name.startswith(DETAIL)]
    return [(name, value) for name in names for value in sent.getlist(name)]


def _details_page(
    request: OfficerRequest, body: Body, form: RequestForm, asked: Asked
) -> HttpResponse:
    return console_page(
        request,
        "agency_console/assisted_filing_details.html",
        {
            "form": asked.form,
            "request_form": form,
            "body": body.info,
            "category": asked.category,
            "given": typed_values(form),
            "files": asked.draft.files,
        },
        status=400 if asked.form.errors else 200,
    )


def _check_page(
    request: OfficerRequest, body: Body, form: RequestForm, asked: Asked
) -> HttpResponse:
    draft, details = asked.draft, asked.form.to_details()
    return console_page(
        request,
        "agency_console/assisted_filing_check.html",
        {
            "request_form": form,
            "rows": assisted_summary_rows(
                draft=draft, details=details, body=body, language=page_language()
            ),
            "given": [
                *typed_values(form),
                *typed_values(asked.form),
                ("asked", draft.category_code),
            ],
            "earlier": _earlier_cases(request, draft),
        },
    )


def _earlier_cases(request: OfficerRequest, draft: ComplaintDraft) -> list[EarlierCase]:
    return cases_of_person(
        email=draft.party.email,
        phone=draft.party.phone,
        scope=scope_of(request),
        user_id=request.user.pk,
    )
