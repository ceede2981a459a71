"""Receipts, which a citizen gets after filing and may open again."""

from dataclasses import fields

from shared.complaints import selectors as cases
from shared.complaints.types import Filed
from tenants.case_access.services.receipt_codes import receipt_code_compute
from tenants.case_access.services.routes import email_state
from tenants.case_access.types import Receipt
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tenants.models.enums import PrintedCode

_FILED = tuple(field.name for field in fields(Filed))


def receipt_read(route: Route) -> Receipt:
    """Read the receipt of a request from the agency that has the case."""
    with agency_context(route.agency):
        return receipt_of(route, cases.filed_get(reference=route.reference))


def receipt_of(route: Route, filed: Filed) -> Receipt:
    """Return the receipt of a filed request from its route and its case data."""
    return Receipt(
        reference=route.reference,
        # A receipt that the officer opens again must not show the citizen's new code.
        receipt_code=""
        if route.printed_code == PrintedCode.REPLACED
        else receipt_code_compute(route),
        agency_code=route.agency.code,
        email=email_state(route),
        # ``asdict`` would copy each value.
        **{name: getattr(filed, name) for name in _FILED},
    )
