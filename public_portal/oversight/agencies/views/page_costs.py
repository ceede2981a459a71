"""The view of what each page costs this server."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from public_portal.oversight.access.views import oversight_page
from public_portal.oversight.agencies.selectors.page_costs import page_cost_rows
from shared.accounts.permissions import OversightRequest, national_required
from shared.ui.page_costs import page_counters


@require_safe
@national_required
def list_page_costs(request: OversightRequest) -> HttpResponse:
    """Show what each page costs, the most processor time first."""
    context = {"rows": page_cost_rows(), "since": page_counters().since}
    return oversight_page(request, "agencies/page_costs", context)
