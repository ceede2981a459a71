"""Mails to the administrators of an agency about its payments."""

from collections.abc import Iterable

from shared.accounts.enums import Role
from shared.accounts.selectors import officers
from shared.mail.services import mail_row
from shared.ui.amounts import money_text
from shared.ui.dates import day_text
from shared.ui.links import host_url
from tenants.agencies.selectors import agency_info
from tenants.agencies.services import mails_insert
from tenants.billing.enums import PaymentChange
from tenants.billing.models import Subscription
from tenants.billing.types import InvoiceSummary
from tenants.isolation.schema_context import agency_context
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState

LETTER = "billing"
TOLD = frozenset(
    {
        PaymentChange.RECEIVED,
        PaymentChange.FAILED,
        PaymentChange.ENDING,
        PaymentChange.RESUMED,
        PaymentChange.ENDED,
        PaymentChange.REFUNDED,
    }
)


def payment_mail_queue(
    *,
    turn: PaymentChange,
    agency: Agency,
    row: Subscription,
    invoice: InvoiceSummary | None,
    amount: int = 0,
) -> None:
    """Queue one letter to each administrator, in their own language.

    Where nobody administers the agency, it goes to the address of its invoices.
    """
    if turn not in TOLD:
        return
    mails = []
    for email, language in _readers(agency, row):
        context = {
            "what": turn.value,
            "agency": agency_info(agency).name(language),
            "number": invoice.number if invoice else "",
            "amount": _amount(invoice, amount, language),
            "day": day_text(row.period_ends_at, language=language) if row.period_ends_at else "",
            "due": _due(invoice, language),
            "reason": row.end_reason,
            "billing_url": _billing_url(agency),
        }
        mails.append(
            mail_row(to=email, letter=LETTER, language=language, reference="", context=context)
        )
    if mails:
        mails_insert(*mails)


def _readers(agency: Agency, row: Subscription) -> Iterable[tuple[str, str]]:
    if agency.state == AgencyState.DESTROYED:
        return []
    with agency_context(agency):
        found = list(
            officers()
            .filter(role=Role.ADMINISTRATOR)
            .order_by("pk")
            .values_list("email", "language")
        )
    return found or ([(row.email, "ar")] if row.email else [])


def _amount(invoice: InvoiceSummary | None, amount: int, language: str) -> str:
    if invoice is None:
        return ""
    return money_text(amount or invoice.total, invoice.currency, language=language)


def _due(invoice: InvoiceSummary | None, language: str) -> str:
    """By when it was to be paid: by card, on the day on which it was made."""
    return day_text(invoice.due_at or invoice.created_at, language=language) if invoice else ""


def _billing_url(agency: Agency) -> str:
    host = Domain.objects.filter(tenant=agency).order_by("-is_primary", "domain").first()
    return host_url(host.domain if host else "") + "/billing/"
