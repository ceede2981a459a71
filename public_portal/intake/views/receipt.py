"""Views of the receipt of a request: a page and a PDF."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from public_portal.intake.selectors.summary import receipt_by_token, receipt_qr
from public_portal.intake.services.receipts import receipt_print
from shared.directory.selectors.organisations import organisation_names
from shared.kernel.text import Wording
from shared.ui.cache_control import unlisted
from shared.ui.downloads import download_response
from shared.ui.links import own_url, page_language
from tenants.agencies.selectors import agencies_by_code, answers_orientation
from tenants.case_access.presenters import receipt_document, receipt_entries, receipt_mail_note
from tenants.case_access.types import Receipt


@require_safe
def show_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt to everybody who has its link."""
    receipt, language = receipt_by_token(token=token), page_language()
    agency = agencies_by_code(codes=[receipt.agency_code])[receipt.agency_code]
    is_orientation = answers_orientation(agency_code=receipt.agency_code)
    context = {
        "receipt": receipt,
        "token": token,
        "agency": agency,
        "organisation": _organisation(receipt).text(language),
        "is_orientation": is_orientation,
        "mail_note": receipt_mail_note(receipt=receipt),
        "entries": receipt_entries(
            receipt=receipt, agency=agency.name(language), is_orientation=is_orientation
        ),
        "qr": receipt_qr(own_url(request, request.path)),
        "contact": settings.CONTACT_EMAIL,
    }
    return unlisted(render(request, "public_portal/intake/receipt.html", context))


@require_safe
def download_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Send the receipt as a PDF in the language of the request."""
    receipt = receipt_by_token(token=token)
    with override(receipt.language):
        receipt_url = reverse("intake:show-receipt", args=[token])
        tracking_url = reverse("tracking:start")
    document = receipt_document(
        receipt=receipt,
        agency=agencies_by_code(codes=[receipt.agency_code])[receipt.agency_code],
        organisation=_organisation(receipt),
        is_orientation=answers_orientation(agency_code=receipt.agency_code),
        receipt_url=own_url(request, receipt_url),
        tracking_url=own_url(request, tracking_url),
    )
    return download_response(
        content=receipt_print(document=document),
        filename=f"insaf-{receipt.reference}.pdf",
        content_type="application/pdf",
    )


def _organisation(receipt: Receipt) -> Wording:
    # ``organisation_names`` has also the names of bodies that have left the directory.
    return organisation_names(codes=[receipt.organisation_code])[receipt.organisation_code]
