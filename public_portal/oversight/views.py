"""National oversight's pages: agencies side by side, one agency's sheet, and reviews."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from public_portal.oversight.forms import ComparisonForm, DecisionForm, IdentityForm
from public_portal.oversight.permissions import oversight_required
from public_portal.oversight.selectors import (
    agency_months,
    agency_sheet,
    agency_whole,
    compared,
    compared_groups,
    review_sheet,
)
from public_portal.oversight.types import ReviewSheet
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    national_required,
    recent_proof_required,
)
from shared.kernel.errors import Conflict, NotAllowed, NotFound
from shared.kernel.identifiers import uuid_parse
from shared.register.enums import Measure
from shared.register.forms import ScopeForm
from shared.register.letters import CSV_HEADINGS, csv_rows, rate_line
from shared.register.types import FigureScope
from shared.ui.downloads import as_download
from shared.ui.messages import refusal_message
from shared.ui.methods import form_of
from shared.ui.spreadsheets import csv_response
from tenants.agencies.errors import AgencyNotFound
from tenants.agencies.selectors import agencies_by_code
from tenants.agencies.types import AgencyInfo
from tenants.approvals.errors import ApprovalAskedAlready, ApprovalNotFound
from tenants.approvals.services import approval_confirm, approval_withdraw, approvals_shown
from tenants.case_access.errors import IdentityNotAsked, NothingSealed, SealBroken
from tenants.case_access.services import reviews
from tenants.case_access.services.identity import identity_ask, identity_is_free, identity_open
from tenants.case_access.types import Identity
from tenants.models.enums import ApprovalKind

AGENCIES_ON_A_PAGE = 50
REVIEWS_ON_A_PAGE = 50


@require_safe
@national_required
def open_oversight(request: OversightRequest) -> HttpResponseBase:
    """The first page: analysts compare agencies, operators look after their workspaces."""
    if may_operate(request.user.role):
        return redirect("agencies:list-agencies")
    return compare_agencies(request)


@require_safe
@oversight_required
def compare_agencies(request: HttpRequest) -> HttpResponse:
    """Every agency with its numbers, what they rest on, and what may be said of them."""
    form = ComparisonForm(request.GET)
    if not form.is_valid():
        return _page(request, "compare", {"form": form})
    found = compared(question=form.to_question())
    page = Paginator(found.agencies, AGENCIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "scope": found.question.scope,
        "as_of": found.as_of,
        "average": rate_line(Measure.IN_TIME, found.average),
        "page": page,
        "agencies": compared_groups(compared=found, agencies=list(page)),
        "file": f"{reverse('oversight:download-comparison')}?{request.GET.urlencode()}",
    }
    return _page(request, "compare", context)


@require_safe
@oversight_required
def show_agency(request: HttpRequest, agency_code: str) -> HttpResponse:
    """All figures of one agency, with its months."""
    agency = _agency(agency_code)
    form = ScopeForm(request.GET)
    context: dict[str, object] = {"form": form, "agency": agency}
    if form.is_valid():
        scope = form.to_scope(agency_code=agency_code)
        file = _file(scope, agency_code)
        context["sheet"] = agency_sheet(
            scope=scope, figures_csv=file, months_csv=f"{file}&months=1"
        )
        context["figures_csv"] = file
    return _page(request, "agency", context)


@require_safe
@oversight_required
def download_comparison(request: HttpRequest) -> HttpResponse:
    """The whole comparison as a file."""
    form = ComparisonForm(request.GET)
    if not form.is_valid():
        return _page(request, "compare", {"form": form}, status=400)
    found = compared(question=form.to_question())
    groups = compared_groups(compared=found, agencies=found.agencies)
    return csv_response(
        filename="insaf-comparison.csv", headings=CSV_HEADINGS, rows=csv_rows(groups)
    )


@require_safe
@oversight_required
def download_agency(request: HttpRequest, agency_code: str) -> HttpResponse:
    """The figures of one agency as a file, or its months."""
    agency = _agency(agency_code)
    form = ScopeForm(request.GET)
    if not form.is_valid():
        return _page(request, "agency", {"form": form, "agency": agency}, status=400)
    scope = form.to_scope(agency_code=agency_code)
    groups = agency_months(scope=scope) if "months" in request.GET else agency_whole(scope=scope)
    filename = f"insaf-{agency_code}.csv"
    return csv_response(filename=filename, headings=CSV_HEADINGS, rows=csv_rows(groups))


@require_http_methods(["GET", "HEAD", "POST"])
@oversight_required
@recent_proof_required()
def open_identity(request: OversightRequest) -> HttpResponse:
    """Open the seal of a request under review, or ask a second person for that of another one."""
    form = IdentityForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        given = form.cleaned_data
        try:
            if not identity_is_free(reference=given["reference"]):
                identity_ask(**given, actor=request.actor)
                messages.success(request, _("It is asked for. Another person must agree."))
                return redirect("oversight:open-identity")
            context["opened"] = given["reference"]
            context["identity"] = identity_open(
                reference=given["reference"], reason=given["reason"], actor=request.actor
            )
        except (ApprovalAskedAlready, IdentityNotAsked, NothingSealed, SealBroken) as refusal:
            form.add_error(getattr(refusal, "field", "reference"), refusal_message(refusal))
    return _identity_page(request, context, status=400 if form.errors else 200)


@form_of("oversight:open-identity")
@oversight_required
@recent_proof_required("oversight:open-identity")
def answer_identity(request: OversightRequest) -> HttpResponse:
    """Agree that a colleague looks at an identity, refuse it, or look oneself: once."""
    reference = request.POST.get("reference", "")
    try:
        found = _identity_answered(request, reference)
    except (Conflict, NotAllowed, NotFound) as refusal:
        messages.error(request, refusal_message(refusal))
        return redirect("oversight:open-identity")
    if found is None:
        return redirect("oversight:open-identity")
    return _identity_page(request, {"identity": found, "opened": reference})


def _identity_answered(request: OversightRequest, reference: str) -> Identity | None:
    kind, read = ApprovalKind.IDENTITY, uuid_parse(request.POST.get("approval", ""))
    match request.POST.get("do", ""):
        case "open":
            if read is None:
                raise ApprovalNotFound(reference)
            return identity_open(reference=reference, approval_id=read, actor=request.actor)
        case "agree":
            approval_confirm(kind=kind, subject=reference, approval_id=read, actor=request.actor)
            messages.success(request, _("Your colleague may look at it once now."))
        case _:
            approval_withdraw(kind=kind, subject=reference, approval_id=read, actor=request.actor)
            messages.success(request, _("It stays sealed."))
    return None


def _identity_page(
    request: OversightRequest, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    waiting = approvals_shown(reader_id=request.user.pk, kind=ApprovalKind.IDENTITY)
    shown = {"form": IdentityForm(), "approvals": waiting, **context}
    return _private(_page(request, "identity", shown, status=status))


@require_safe
@oversight_required
def list_reviews(request: OversightRequest) -> HttpResponse:
    """What citizens ask national oversight to look at, the one due first at the top."""
    waiting = reviews.reviews_waiting()
    context = {
        "page": Paginator(waiting, REVIEWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "total": len(waiting),
        "late": sum(one.is_late for one in waiting),
    }
    return _page(request, "reviews", context)


@require_http_methods(["GET", "HEAD", "POST"])
@oversight_required
def show_review(request: OversightRequest, reference: str) -> HttpResponse:
    """The agency's file beside the citizen's reason, and the decision: written, checked, made."""
    sheet = review_sheet(found=reviews.review_case(reference=reference, actor=request.actor))
    asked = request.POST if request.method == "POST" else None
    form = DecisionForm(asked, has_reply=sheet.file.has_reply)
    step = request.POST.get("step", "")
    if step == "send" and form.is_valid() and _decided(request, sheet, form):
        messages.success(request, _("The decision is made. The citizen has been written to."))
        return redirect("oversight:list-reviews")
    is_to_check = form.is_valid() and step not in ("send", "change")
    return _review_page(request, sheet, form, is_to_check=is_to_check)


@require_safe
@oversight_required
def read_review_file(
    request: OversightRequest, reference: str, attachment_id: UUID
) -> HttpResponse:
    """One file of a request under review, always as a download."""
    found = reviews.review_file_read(reference=reference, attachment_id=attachment_id)
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return as_download(response)


def _decided(request: OversightRequest, sheet: ReviewSheet, form: DecisionForm) -> bool:
    try:
        reviews.review_decide(
            reference=sheet.file.case.reference,
            decision=form.decided,
            text=form.cleaned_data["text"],
            actor=request.actor,
        )
    except Conflict as refusal:
        form.add_error(None, refusal_message(refusal))
        return False
    return True


def _review_page(
    request: OversightRequest, sheet: ReviewSheet, form: DecisionForm, *, is_to_check: bool
) -> HttpResponse:
    context = {"sheet": sheet, "case": sheet.file.case, "review": sheet.file.review, "form": form}
    name = "review_check" if is_to_check else "review"
    status = 400 if form.errors else 200
    return _private(_page(request, name, context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _agency(agency_code: str) -> AgencyInfo:
    agency = agencies_by_code(codes=[agency_code]).get(agency_code)
    if agency is None:
        raise AgencyNotFound(agency_code)
    return agency


def _file(scope: FigureScope, agency_code: str) -> str:
    asked = {"from": scope.date_from, "to": scope.date_to, "kind": scope.kind or ""}
    return f"{reverse('oversight:download-agency', args=[agency_code])}?{urlencode(asked)}"


def _page(
    request: HttpRequest, name: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    frame = {"workspace_name": _("National oversight")}
    template = f"public_portal/oversight/{name}.html"
    return render(request, template, {**frame, **context}, status=status)
