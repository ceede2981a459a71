"""Views of a case: page, days and files; take the case, leave the case, withdraw a question."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from agency_console.access.permissions import is_stub, may_handle
from agency_console.access.selectors import case_url as page_url
from agency_console.access.views import (
    OfficerRequest,
    console_page,
    get_case,
    officer_required,
)
from agency_console.case_suggestions.selectors import case_hints
from agency_console.casework.forms.addresses import act_asked, case_url_in_list, view_query
from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.case_page import case_days
from agency_console.casework.selectors.thread import PREVIEWS
from agency_console.casework.views.composer import CaseRequest, case_page, stub_page
from shared.complaints.errors import AttachmentNotFound
from shared.complaints.selectors import case_file_open, case_marks
from shared.complaints.services import (
    attachment_content,
    case_category_change,
    case_opened,
    complaint_assign,
    complaint_unassign,
    question_withdraw,
)
from shared.forms.views import redirect_with_message
from shared.ui.downloads import as_download, as_preview
from shared.ui.messages import refusals_beside

# A browser sends these headers when it fetches a page before the user opens it.
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz")


@officer_required
@require_safe
def show_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show the page of a case, and record that the officer has read what is new in the case."""
    case = get_case(request, reference)
    marks = case_marks(case, user=request.user)
    page = case_page(CaseRequest.of(request, case), asked=act_asked(request), marks=marks)
    if _is_read(request):
        case_opened(complaint=case, user=request.user, read_version=marks.read_version)
    return page


def _is_read(request: HttpRequest) -> bool:
    sent = (request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
    return request.method == "GET" and not any("pre" in purpose for purpose in sent)


@officer_required
@require_safe
def show_days(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show the legal clock and the working clock of one case, day by day."""
    return console_page(
        request,
        "agency_console/case_days.html",
        {
            "days": case_days(get_case(request, reference)),
            "view_query": view_query(request),
        },
    )


@officer_required
@require_safe
def show_hints(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show similar cases, earlier cases of the citizen, and what past cases suggest."""
    case = get_case(request, reference)
    if is_stub(case):
        return stub_page(CaseRequest.of(request, case))
    may_change = case.is_open and not case.is_merged and may_handle(case, request.user)
    context = {
        "case": case_header(case),
        "hints": case_hints(case, officer=request.user, agency=request.agency),
        "view_query": view_query(request),
        "merge_url": page_url("merge-case", case.reference) if may_change else "",
        "category_url": page_url("change-category", case.reference) if may_change else "",
        "unit_url": reverse("units:move-case", args=[case.reference]) if may_change else "",
    }
    part = "agency_console/case_hints_part.html"
    return console_page(request, "agency_console/case_hints.html", context, part=part)


@officer_required
@require_POST
def change_category(request: OfficerRequest, reference: str) -> HttpResponse:
    """Change the category of a case to the category that was sent."""
    change = partial(case_category_change, category_code=request.POST.get("category", ""))
    return _at_once(request, reference, change, _("The category has been corrected."))


@officer_required
@require_POST
def take_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Assign an unassigned case to the officer; supervisors may also take a colleague's case."""
    take = partial(complaint_assign, officer=request.user)
    return _at_once(request, reference, take, _("The case is assigned to you."))


@officer_required
@require_POST
def leave_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Unassign the case; the case stays with its unit."""
    return _at_once(
        request, reference, complaint_unassign, _("No officer is assigned to the case any more.")
    )


@officer_required
@require_POST
def withdraw_question(request: OfficerRequest, reference: str) -> HttpResponse:
    """Withdraw the open question, so that the citizen does not have to answer it."""
    return _at_once(request, reference, question_withdraw, _("The question has been withdrawn."))


def _at_once(
    request: OfficerRequest, reference: str, act: Callable[..., object], done: str
) -> HttpResponse:
    """Call the service of one button with the version of the case that the officer saw."""
    case, form = get_case(request, reference), CaseForm(request.POST)
    # If the case was assigned to a colleague meanwhile, the service refuses the older version.
    if not may_handle(case, request.user) and form.made_from() in (None, case.version):
        raise PermissionDenied
    target = case_url_in_list(request, case.reference)
    if form.is_valid():
        with refusals_beside(form):
            act(reference=reference, actor=request.actor, version=form.cleaned_data["version"])
            return redirect_with_message(request, done, target)
    return redirect_with_message(
        request, " ".join(map(str, form.non_field_errors())), target, level=messages.ERROR
    )


@officer_required
@require_safe
def download_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """Send one file of the case as a download; a file that may have a virus is refused."""
    return as_download(_file(request, reference, attachment_id, is_attachment=True))


@officer_required
@require_safe
@xframe_options_sameorigin
def view_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """Show a PDF, picture or recording inside the page of its case; other files are refused."""
    return as_preview(_file(request, reference, attachment_id, is_attachment=False))


def _file(
    request: OfficerRequest, reference: str, attachment_id: str, *, is_attachment: bool
) -> FileResponse:
    case = get_case(request, reference)
    try:
        attachment = case_file_open(reference=case.reference, attachment_id=attachment_id)
    except AttachmentNotFound:
        raise Http404(attachment_id) from None
    if not is_attachment and attachment.content_type not in PREVIEWS:
        raise Http404(attachment_id)
    return FileResponse(
        BytesIO(attachment_content(attachment=attachment)),
        as_attachment=is_attachment,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
