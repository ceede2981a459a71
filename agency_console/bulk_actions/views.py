"""Pages of a bulk action: choose, preview, confirm, follow, and undo."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.views import OfficerRequest, console_page, officer_required
from agency_console.bulk_actions.enums import (
    CHOOSABLE,
    TEMPLATED,
    BulkActionKind,
    BulkState,
    ExportFormat,
)
from agency_console.bulk_actions.errors import (
    BulkActionNotFound,
    ExportExpired,
    NoCasesChosen,
    TooManyCases,
)
from agency_console.bulk_actions.forms import (
    ARGUMENT_FORMS,
    ArgumentsForm,
    SelectionForm,
    cases_chosen,
)
from agency_console.bulk_actions.selectors import (
    action_detail,
    action_get,
    actions_of,
    forecast,
    languages_of,
)
from agency_console.bulk_actions.services.list_files import list_file_read
from agency_console.bulk_actions.services.preparation import (
    action_begin,
    action_cancel,
    action_start,
    action_undo,
    arguments_set,
)
from agency_console.bulk_actions.services.runner import bulk_run
from shared.forms.views import posted, reads_or_answers, refusals_as_messages
from shared.kernel.errors import Conflict, NotFound, TryLater
from shared.kernel.references import reference_group
from shared.ui.downloads import download_response
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.spreadsheets import csv_file

if TYPE_CHECKING:
    from agency_console.bulk_actions.models import BulkAction

# The time for which cases are handled within the web request.
FIRST_SECONDS = 1.0
# A worker exports a longer list, because a web request would take too long.
MAX_AT_ONCE = 1_000
CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@officer_required
@require_safe
def list_actions(request: OfficerRequest) -> HttpResponse:
    """Show the latest actions of this officer."""
    return console_page(
        request, "agency_console/bulk_list.html", {"actions": actions_of(officer=request.user)}
    )


@officer_required
@require_POST
def begin_action(request: OfficerRequest) -> HttpResponse:
    """Create an action on the cases that the officer chose in a list."""
    form = SelectionForm(request.POST)
    if not form.is_valid() or form.cleaned_data["action"] not in CHOOSABLE:
        return redirect("inbox:list-cases")
    kind, query = form.cleaned_data["action"], form.cleaned_data["query"]
    target = _list_url(query)
    with refusals_as_messages(request, only=(NoCasesChosen, TooManyCases)):
        case_ids = cases_chosen(request.POST, officer=request.user, kind=kind)
        action = action_begin(kind=kind, case_ids=case_ids, query=query, officer=request.user)
        target = _url(action.pk)
    return redirect(target)


@officer_required
@reads_or_answers
def show_action(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Show the form of an action's arguments, its preview, its progress or its result."""
    action = _own(request, action_id)
    if action.state != BulkState.PREPARED:
        context = {"action": action_detail(action), "is_live": action.state == BulkState.RUNNING}
        part = "agency_console/bulk_progress.html"
        return console_page(request, "agency_console/bulk_result.html", context, part=part)
    if request.method != "POST" and action.arguments and "change" not in request.GET:
        return _preview(request, action)
    form_type = ARGUMENT_FORMS[BulkActionKind(action.kind)]
    form = form_type(posted(request), languages=languages_of(action.case_ids))
    if form.is_valid():
        with refusals_beside(form, only=(Conflict, NotFound)):
            arguments_set(action_id=action.pk, arguments=form.to_arguments(), officer=request.user)
            return redirect(_url(action.pk))
    return _arguments_page(request, action, form)


@officer_required
@require_POST
def start_action(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Confirm an action and, except for long exports, handle its first cases at once."""
    action = _own(request, action_id)
    with refusals_as_messages(request, only=(Conflict, TryLater)):
        action_start(action_id=action.pk, officer=request.user, actor=request.actor)
        if action.kind != BulkActionKind.EXPORT or len(action.case_ids) <= MAX_AT_ONCE:
            bulk_run(action_id=action.pk, agency=request.agency, seconds=FIRST_SECONDS)
    return redirect(_url(action.pk))


@officer_required
@require_POST
def cancel_action(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Cancel an action: cases that are not handled yet stay unchanged."""
    action = _own(request, action_id)
    with refusals_as_messages(request, only=(Conflict,)):
        action_cancel(action_id=action.pk, officer=request.user, actor=request.actor)
    if action.state == BulkState.PREPARED:
        return redirect(_list_url(action.query))
    return redirect(_url(action.pk))


@officer_required
@require_POST
def undo_action(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Undo an action in the cases that nobody has changed after the action."""
    action = _own(request, action_id)
    target = action.pk
    with refusals_as_messages(request, only=(Conflict, TryLater)):
        target = action_undo(action_id=action.pk, officer=request.user, actor=request.actor).pk
        bulk_run(action_id=target, agency=request.agency, seconds=FIRST_SECONDS)
    return redirect(_url(target))


@officer_required
@require_safe
def download_skipped(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Send a file of the skipped cases with their reasons."""
    action = _own(request, action_id)
    groups = action_detail(action).groups
    rows = [(reference_group(one), group.text) for group in groups for one in group.references]
    return download_response(
        content=csv_file(headings=[_("Reference"), _("Why it was skipped")], rows=rows),
        filename=f"skipped-{action.created_at:%Y-%m-%d}.csv",
        content_type=CONTENT_TYPES[ExportFormat.CSV],
    )


@officer_required
@require_safe
def download_file(request: OfficerRequest, action_id: UUID) -> HttpResponse:
    """Send the file of an exported list to its officer, for one day after the export."""
    action = _own(request, action_id)
    try:
        content = list_file_read(action)
    except ExportExpired as refusal:
        messages.error(request, refusal_message(refusal))
        return redirect(_url(action.pk))
    file_format = ExportFormat(action.arguments["format"])
    return download_response(
        content=content,
        filename=f"cases-{action.created_at:%Y-%m-%d}.{file_format.value}",
        content_type=CONTENT_TYPES[file_format],
    )


def _url(action_id: UUID) -> str:
    return reverse("bulk_actions:show-action", kwargs={"action_id": action_id})


def _list_url(query: str) -> str:
    return f"{reverse('inbox:list-cases')}?{query}"


def _own(request: OfficerRequest, action_id: UUID) -> "BulkAction":
    try:
        return action_get(action_id=action_id, officer=request.user)
    except BulkActionNotFound:
        raise Http404(str(action_id)) from None


def _preview(request: OfficerRequest, action: "BulkAction") -> HttpResponse:
    context = {
        "action": action_detail(action),
        "forecast": forecast(action, agency=request.agency),
        "is_sent": action.kind in TEMPLATED,
    }
    return console_page(request, "agency_console/bulk_preview.html", context)


def _arguments_page(
    request: OfficerRequest, action: "BulkAction", form: ArgumentsForm
) -> HttpResponse:
    context = {"action": action_detail(action), "form": form, "is_empty": form.is_empty}
    return console_page(request, "agency_console/bulk_form.html", context)
