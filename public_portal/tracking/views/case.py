"""Views of the tracking page: its status, messages and files, and the dossier."""

import json
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from uuid import UUID

from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.tracking.forms import AttachmentForm, MessageForm
from public_portal.tracking.presenters.calendar_entry import promised_day_entry
from public_portal.tracking.presenters.dossier_data import dossier_data
from public_portal.tracking.selectors.first_card import card_context
from public_portal.tracking.selectors.tracking_page import (
    days_get,
    tracking_page_get,
    tracking_page_whole,
)
from public_portal.tracking.services import dossier_print, tracking_files_add
from public_portal.tracking.views.actions import REFUSALS
from public_portal.tracking.views.sign_in import TRACKING_PAGE, form_owned, tracking_required
from shared.forms.views import form_refilled, page_or_redirect, redirect_with_message
from shared.kernel import clock
from shared.limits.errors import ProofNeeded
from shared.limits.views import asked_for_proof, proof_context, proof_for_upload
from shared.rows.selectors import found_or_refuse
from shared.ui.calendar_file import CONTENT_TYPE, calendar_file
from shared.ui.downloads import as_download, download_response, may_record
from shared.ui.links import own_url, page_language
from shared.ui.messages import file_refusal_message, refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.case_access import gateway

CASE_PAGE = "public_portal/tracking/case.html"


@require_safe
@may_record
@tracking_required
def show_case(request: HttpRequest, token: str) -> HttpResponse:
    """Show the tracking page of the request."""
    return _case_page(request, token)


@require_safe
@tracking_required
def show_days(request: HttpRequest, token: str) -> HttpResponse:
    """Show the ledger of the request, with the legal clock and the working clock."""
    return render(
        request,
        "public_portal/tracking/days.html",
        {"days": days_get(token=token, language=page_language())},
    )


@form_of(TRACKING_PAGE)
@may_record
@tracking_required
def add_message(request: HttpRequest, token: str) -> HttpResponse:
    """Store a message to the administration, or the answer to its question."""
    form = MessageForm(request.POST)
    if form.is_valid():
        with refusals_beside(form, only=REFUSALS):
            gateway.message_add(token=token, body=form.cleaned_data["body"])
            return redirect_with_message(request, _("Your message has been sent."), TRACKING_PAGE)
    return _case_page(request, token, message_form=form)


@form_of(TRACKING_PAGE)
@may_record
@tracking_required
def add_attachment(request: HttpRequest, token: str) -> HttpResponse:
    """Store the sent files, and show the errors of refused files."""
    form = AttachmentForm(request.POST, request.FILES)
    wanted = _files_add(request, token, form) if form.is_valid() else None
    if wanted is not None:
        return asked_for_proof(
            _case_page(request, token, attachment_form=form, more=proof_context(wanted)), wanted
        )
    if form.errors:
        return _case_page(request, token, attachment_form=form)
    return redirect_with_message(
        request, _("Your files have been added."), f"{reverse(TRACKING_PAGE)}?show=files#files"
    )


def _files_add(request: HttpRequest, token: str, form: AttachmentForm) -> ProofNeeded | None:
    uploads = form.cleaned_data["uploads"]
    wanted = proof_for_upload(request, size=sum(upload.size or 0 for upload in uploads))
    if wanted is not None:
        form.add_error("uploads", refusal_message(wanted))
        return wanted
    for name, refusal in tracking_files_add(token=token, uploads=uploads):
        form.add_error("uploads", file_refusal_message(name, refusal))
    return None


@require_safe
@tracking_required
def read_attachment(request: HttpRequest, token: str, attachment_id: UUID) -> FileResponse:
    """Send one file of this case as a download, so that no browser runs the file in our pages."""
    found = gateway.attachment_read(token=token, attachment_id=str(attachment_id))
    return as_download(
        FileResponse(
            BytesIO(found.content),
            as_attachment=True,
            filename=found.name,
            content_type=found.content_type,
        )
    )


@require_safe
@tracking_required
def download_dossier(request: HttpRequest, token: str) -> HttpResponse:
    """Send the dossier of the request as a PDF."""
    dossier = dossier_print(token=token, language=page_language())
    return download_response(
        content=dossier.content,
        filename=f"insaf-{dossier.reference}.pdf",
        content_type="application/pdf",
    )


@require_safe
@tracking_required
def download_data(request: HttpRequest, token: str) -> HttpResponse:
    """Send the dossier of the request as JSON, for programs."""
    space = tracking_page_whole(token=token, language=page_language())
    data = dossier_data(space=space, language=page_language(), made_at=clock.now())
    return download_response(
        content=json.dumps(data, ensure_ascii=False, indent=2).encode(),
        filename=f"insaf-{space.case.reference}.json",
        content_type="application/json",
    )


@require_safe
@tracking_required
def download_promised_day(request: HttpRequest, token: str) -> HttpResponse:
    """Send a calendar entry of the day that the reply names."""
    space = tracking_page_get(token=token, language=page_language())
    # The link must not have the token, because calendars are stored on other servers.
    start = own_url(request, reverse("tracking:start"))
    entry = found_or_refuse(
        promised_day_entry(space, url=f"{start}?reference={space.case.reference}"), Http404()
    )
    return download_response(
        content=calendar_file(entry, language=page_language()),
        filename=f"insaf-{space.case.reference}.ics",
        content_type=CONTENT_TYPE,
    )


def _case_page(
    request: HttpRequest,
    token: str,
    message_form: MessageForm | None = None,
    attachment_form: AttachmentForm | None = None,
    more: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    space = tracking_page_get(token=token, language=page_language())
    form_owned(request, space)
    forms = _forms_shown(request, message_form, attachment_form)
    refused = {"write": forms["unsent"], "files": forms["unsent_files"]}
    asked = [request.GET.get("show", ""), *(name for name, form in refused.items() if form)]
    context = {**card_context(space, asked=asked), **forms, **more}
    # 429: a proof of work is required, and the citizen must send the files again with the proof.
    status = 429 if more else 400 if request.method == "POST" else 200
    return page_or_redirect(request, CASE_PAGE, context, status=status)


def _forms_shown(
    request: HttpRequest, message_form: MessageForm | None, attachment_form: AttachmentForm | None
) -> dict[str, Form | None]:
    """Return the forms; ``unsent`` and ``unsent_files`` were refused or have saved input."""
    writing, adding = MessageForm(auto_id="message_%s"), AttachmentForm(auto_id="attachment_%s")
    if refilled := form_refilled(request, writing, adding):
        message_form = writing if refilled is writing else None
        attachment_form = adding if refilled is adding else None
    return {
        "form": message_form or attachment_form,
        "message_form": message_form or writing,
        "attachment_form": attachment_form or adding,
        "unsent": message_form,
        "unsent_files": attachment_form,
    }
