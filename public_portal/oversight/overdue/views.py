"""The list of late replies that agencies brought to national oversight."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import oversight_page, page_of
from public_portal.oversight.overdue.selectors import overdue_agencies, overdue_cases
from shared.accounts.permissions import OversightRequest, oversight_required
from shared.register.selectors.escalated import escalated_rows


@require_safe
@oversight_required
def list_overdue(request: OversightRequest) -> HttpResponse:
    """Show late replies of one agency or of all agencies, earliest escalation first."""
    agencies = overdue_agencies(chosen=request.GET.get("agency", ""))
    # For an agency without late replies, the late replies of all agencies are shown.
    chosen = next((one for one in agencies if one.is_chosen), None)
    page = page_of(request, escalated_rows(agency_code=chosen.count.agency_code if chosen else ""))
    context = {
        "agencies": agencies,
        "chosen": chosen,
        "total": sum(one.count.number for one in agencies),
        "page": page,
        "cases": overdue_cases(page.object_list, agencies=agencies),
    }
    return oversight_page(request, "overdue/list", context)
