"""The files of a case: downloaded, or shown inside its page."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from agency_console.access.views import OfficerRequest, get_case, officer_required
from agency_console.casework.selectors.thread import PREVIEWS
from shared.complaints.errors import AttachmentNotFound
from shared.complaints.selectors import case_file_open
from shared.complaints.services import attachment_content
from shared.ui.downloads import as_download, as_preview


@officer_required
@require_safe
def download_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """Send one file of the case, always as a download; never one that may hold a virus."""
    return as_download(_file(request, reference, attachment_id, is_attachment=True))


@officer_required
@require_safe
@xframe_options_sameorigin
def view_file(request: OfficerRequest, reference: str, attachment_id: str) -> FileResponse:
    """Show one PDF, picture or recording inside the page of its case; no other file is shown."""
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
