"""The receipt of a request that was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from public_portal.intake.letters import receipt_qr
from public_portal.intake.selectors import receipt_by_token
from public_portal.intake.views.base import page_language
from shared.ui.caching import unlisted
from tenants.letters import receipt_entries
from tenants.selectors import agencies_by_code


@require_safe
def show_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt, for whoever has its address; it stays reachable."""
    receipt = receipt_by_token(token=token)
    agency = agencies_by_code(codes=[receipt.agency_code])[receipt.agency_code]
    context = {
        "receipt": receipt,
        "agency": agency,
        "entries": receipt_entries(receipt=receipt, agency=agency.name(page_language())),
        "qr": receipt_qr(request.build_absolute_uri()),
    }
    return unlisted(render(request, "public_portal/intake/receipt.html", context))
