"""Views of jobs for national oversight: the list, and one job."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page, page_of
from public_portal.oversight.agencies.selectors.jobs import job_lines, job_results, lines_refused
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    may_view_agencies,
    national_required,
    recent_proof_required,
)
from shared.forms.views import redirect_with_message, refusals_as_messages
from shared.jobs.enums import JobKind
from shared.jobs.presenters import job_detail
from shared.jobs.selectors import job_summary, jobs_recent
from shared.jobs.services.job_runner import job_cancel
from shared.jobs.types import JobSummary
from shared.kernel.errors import Conflict
from shared.ui.spreadsheets import csv_response
from tenants.agency_export.services.requests import work_retry

# Jobs of these kinds may be cancelled and retried by people who may approve a workspace.
OF_THOSE_WHO_APPROVE = (JobKind.PROVISION, JobKind.BULK)


@require_safe
@national_required
def list_jobs(request: OversightRequest) -> HttpResponse:
    """Show all jobs, latest first."""
    page = page_of(request, jobs_recent())
    return oversight_page(request, "agencies/jobs", {"page": page, "jobs": job_lines(list(page))})


@require_safe
@national_required
def show_job(request: OversightRequest, job_id: UUID) -> HttpResponse:
    """Show one job with its steps; the page reloads itself while the job runs."""
    summary = job_summary(job_id=job_id)
    address = reverse("agencies:show-job", args=[job_id])
    may_act = _may_act_on(summary.kind, request.user.role)
    detail = job_detail(
        summary,
        url=address,
        cancel_url=f"{address}cancel/" if may_act else "",
        retry_url=f"{address}retry/" if may_act else "",
    )
    fault_text = summary.fault_text if may_operate(request.user.role) else ""
    return oversight_page(
        request,
        "agencies/job",
        {"job": detail, "summary": summary, "fault_text": fault_text, **job_results(summary)},
        part="public_portal/oversight/agencies/job_part.html",
    )


@require_safe
@national_required
def download_refused(request: OversightRequest, job_id: UUID) -> HttpResponse:
    """Send the refused lines of a list of workspaces, as a CSV file."""
    return csv_response(
        filename="insaf-refused-lines.csv",
        headings=(_("Line"), _("Code"), _("What is wrong")),
        rows=[
            (one.line, one.value, one.message) for one in lines_refused(job_summary(job_id=job_id))
        ],
    )


@require_POST
@national_required
@recent_proof_required("agencies:show-job", "job_id")
def cancel_job(request: OversightRequest, job_id: UUID) -> HttpResponse:
    """Cancel a job; the job ends after its current step."""
    _job_to_change(request, job_id)
    job_cancel(job_id=job_id, actor=request.actor)
    return redirect_with_message(
        request, _("The job will end after the current step."), "agencies:show-job", job_id=job_id
    )


@require_POST
@national_required
@recent_proof_required("agencies:show-job", "job_id")
def retry_job(request: OversightRequest, job_id: UUID) -> HttpResponse:
    """Retry a failed job from the step that failed."""
    summary = _job_to_change(request, job_id)
    with refusals_as_messages(request, only=(Conflict,)):
        work_retry(summary=summary, actor=request.actor)
        messages.success(request, _("The job continues from the step at which it stopped."))
    return redirect("agencies:show-job", job_id=job_id)


def _job_to_change(request: OversightRequest, job_id: UUID) -> JobSummary:
    summary = job_summary(job_id=job_id)
    if not _may_act_on(summary.kind, request.user.role):
        raise PermissionDenied
    return summary


def _may_act_on(kind: str, role: str) -> bool:
    return may_view_agencies(role) if kind in OF_THOSE_WHO_APPROVE else may_operate(role)
