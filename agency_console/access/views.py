"""Access to the console by role, and the layout around each of its pages."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _

from agency_console.access.permissions import may_handle
from agency_console.access.selectors import payment_notice
from shared.accounts.models import User
from shared.accounts.permissions import may_administer, may_assign, may_work
from shared.audit.services import audit_record_daily
from shared.complaints.enums import CASE_VIEWED
from shared.complaints.errors import ComplaintNotFound
from shared.complaints.selectors import (
    cases_referenced,
    complaint_get,
    complaint_head,
    scope_condition,
)
from shared.forms.views import form_status, page_or_redirect, sign_in_first
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.references import InvalidReference, reference_parse
from shared.kernel.seams import imported, seams
from shared.ui.parts import is_htmx
from shared.ui.types import NavItem
from shared.units.selectors import unit_scope
from shared.units.types import UnitScope
from tenants.agencies.selectors import agency_info
from tenants.fleet.middleware import PATHS_OF_CLOSED_CONSOLE, closed_page
from tenants.fleet.services.lifecycle.selectors import acting_administration_reason
from tenants.models import Agency

if TYPE_CHECKING:
    # Complaint models are private to their package, so only the type is imported here.
    from shared.complaints.models import Complaint


P = ParamSpec("P")

# Section -> the test of the roles that may open it; all staff may open the other sections.
FOR_ROLES: Mapping[str, Callable[[str], bool]] = {
    "units": may_assign,
    "dashboard": may_assign,
    "transfers": may_assign,
    "staff": may_administer,
    "plan": may_administer,
    "agency_export": may_administer,
}


# Label, app, page and shortcut keys of each section, in the order of the menu.
SECTIONS = (
    (_("Inbox"), "inbox", "inbox:list-cases", "KeyG KeyI"),
    (
        _("File a request for a person"),
        "assisted_filing",
        "assisted_filing:choose-body",
        "",
    ),
    (_("Dashboard"), "dashboard", "dashboard:show-dashboard", ""),
    (_("Transfers"), "transfers", "transfers:list-offers", ""),
    (_("Templates"), "reply_templates", "reply_templates:list-templates", ""),
    (_("Labels"), "labels", "labels:list-labels", ""),
    (_("Figures"), "reports", "reports:show-figures", ""),
    (_("Units"), "units", "units:list-units", ""),
    (_("Staff"), "staff", "staff:list-staff", ""),
    (_("Plan and invoices"), "plan", "plan:show-plan", ""),
    (_("Settings"), "setup", "setup:change-settings", ""),
    (_("Export all data"), "agency_export", "agency_export:show-leaving", ""),
)


class OfficerRequest(HttpRequest):
    """A request by a member of this agency's staff."""

    user: User
    actor: Actor
    agency: Agency
    unit_scope: UnitScope


PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
OfficerView = Callable[Concatenate[OfficerRequest, P], HttpResponseBase]


def officer_required(view: OfficerView[P]) -> PlainView[P]:
    """Admit the agency's staff except displaced administrators; others sign in, or get a 403."""
    return _required(view, may_work)


def supervisor_required(view: OfficerView[P]) -> PlainView[P]:
    """Admit staff who may assign cases to others."""
    return _required(view, may_assign)


def administrator_required(view: OfficerView[P]) -> PlainView[P]:
    """Admit the administrators of the agency."""
    return _required(view, may_administer)


def get_case(request: OfficerRequest, reference: str) -> "Complaint":
    """Return a case of this agency; the audit log records the access once a day for each officer.

    Raises ``Http404`` for a reference that is no case of this agency, and for a case that is
    neither in the officer's scope nor assigned to the officer.
    """
    return _case(request, reference, complaint_get)


def get_handled_case(request: OfficerRequest, reference: str) -> "Complaint":
    """Return a case on which the officer may act. Raises ``PermissionDenied`` or ``Http404``."""
    case = get_case(request, reference)
    if not may_handle(case, request.user):
        raise PermissionDenied
    return case


def get_case_head(request: OfficerRequest, reference: str) -> "Complaint":
    """Return a case without texts and persons (``complaint_head``). Raises ``Http404``."""
    return _case(request, reference, complaint_head)


def _case(request: OfficerRequest, reference: str, find: Callable[..., "Complaint"]) -> "Complaint":
    try:
        case = find(reference=reference_parse(reference))
    except (InvalidReference, ComplaintNotFound):
        raise Http404(reference) from None
    # With 403, the officer would learn that another unit has a case with this reference.
    if case.assignee_id != request.user.pk and not scope_of(request).holds(case.unit_id):
        raise Http404(reference)
    audit_record_daily(
        actor=request.actor,
        action=CASE_VIEWED,
        subject=case.reference,
        schema=request.agency.schema_name,
    )
    return case


def scope_of(request: OfficerRequest) -> UnitScope:
    """Return the units whose cases the officer may open; the request caches the units."""
    if not hasattr(request, "unit_scope"):
        request.unit_scope = unit_scope(user=request.user)
    return request.unit_scope


def may_open(request: OfficerRequest, reference: str) -> bool:
    """Return whether the officer may open the case, so that a page may show its reference; one
    query.
    """
    seen = scope_condition(scope_of(request), user_id=request.user.pk)
    return cases_referenced([reference]).filter(seen).exists()


def console_page(
    request: OfficerRequest,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    part: str = "",
) -> HttpResponse:
    """Render a page with the agency's name and the sections that this officer may open.

    A request by htmx gets only the template ``part``, if ``part`` is given.
    """
    if part and is_htmx(request):
        return page_or_redirect(request, part, context, status=status)
    frame = {
        "workspace_name": agency_info(request.agency).name(get_language() or ""),
        "sections": _sections(request),
        "owing": payment_notice(agency=request.agency, role=request.user.role),
        "taken_over": acting_administration_reason(agency=request.agency),
        "held": _held_texts(request),
    }
    return page_or_redirect(request, template, {**frame, **context}, status=status)


def console_form_page(
    request: OfficerRequest,
    template: str,
    form: BaseForm,
    /,
    *,
    part: str = "",
    **context: object,
) -> HttpResponse:
    """Render a page with ``form`` in its context; its status is 400 if the form was refused."""
    shown = {"form": form, **context}
    return console_page(request, template, shown, status=form_status(form), part=part)


def approvals_waiting(request: OfficerRequest) -> int | None:
    """Return the number of texts that wait for this officer's approval; one query.

    Return ``None`` without a query if the officer approves no texts or the agency asks for no
    approval.
    """
    if not (request.agency.needs_approval and may_assign(request.user.role)):
        return None
    return imported(seams().approvals_count)(user_id=request.user.pk, scope=scope_of(request))


def _required(view: OfficerView[P], may: Callable[[str], bool]) -> PlainView[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return sign_in_first(request, entrance=settings.LOGIN_URL)
        if not may(user.role):
            raise PermissionDenied
        known = cast(OfficerRequest, request)
        if _is_displaced(known):
            return closed_page(request, known.agency, status=403)
        known.actor = Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)
        return view(known, *args, **kwargs)

    return guarded


def _is_displaced(request: OfficerRequest) -> bool:
    """Return whether this administrator may not open the page during an acting administration.

    The administrator may still open the pages of the bill and of the agency's data. Acting staff
    are never administrators, and nobody becomes an administrator during an acting administration.
    """
    is_taken_over = request.agency.taken_over_at is not None and may_administer(request.user.role)
    return is_taken_over and not request.path.startswith(PATHS_OF_CLOSED_CONSOLE)


def _held_texts(request: OfficerRequest) -> object:
    """Return the officer's texts that are being sent or failed; ``None`` outside inbox and
    casework.
    """
    here = request.resolver_match.namespace if request.resolver_match else ""
    if here not in ("inbox", "casework"):
        return None
    return imported(seams().held_texts)(user_id=request.user.pk)


def _sections(request: OfficerRequest) -> list[NavItem]:
    here = request.resolver_match.namespace if request.resolver_match else ""
    return [
        # In the inbox, only the shown list is marked as the current page, not the section.
        NavItem(
            label=str(label), url=_address(name), is_current=here == section != "inbox", keys=keys
        )
        for label, section, name, keys in SECTIONS
        if FOR_ROLES.get(section, may_work)(request.user.role)
    ]


@lru_cache(maxsize=16)
def _address(name: str) -> str:
    """Return the address of a page without arguments; cached, for the menu on every page."""
    return reverse(name)
