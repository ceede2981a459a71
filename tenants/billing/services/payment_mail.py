"""E-mails to the administrators of an agency about its payments."""

from collections.abc import Iterable

from django.utils.translation import override

from shared.accounts.enums import Role
from shared.accounts.selectors import officers
from shared.mail.services import mail_row
from shared.ui.amounts import money_text
from shared.ui.dates import day_text
from tenants.agencies.selectors import agency_info, console_url
from tenants.agencies.services import mails_insert
from tenants.billing.enums import PaymentChange
from tenants.billing.models import Subscription
from tenants.billing.permissions.entitlements import limited_labels
from tenants.billing.types import InvoiceSummary
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tenants.models.enums import AgencyState

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
    """Queue an e-mail about a change of payments to each administrator, in their language.

    If the agency has no administrator, the e-mail goes to the address of its invoices. Changes that
    are not in ``TOLD`` cause no e-mail.
    """
    if turn not in TOLD:
        return
    mails = [
        mail_row(
            to=email,
            letter="billing",
            language=language,
            reference="",
            context={
                "what": turn.value,
                "agency": agency_info(agency).name(language),
                "day": day_text(row.period_ends_at, language=language)
                if row.period_ends_at
                else "",
                **_invoice_words(invoice, amount, language),
                "reason": row.end_reason,
                "extras": _extras(language),
                "billing_url": f"{console_url(agency)}/billing/",
            },
        )
        for email, language in _readers(agency, row)
    ]
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


def _extras(language: str) -> str:
    """Return the labels of the acts that are refused after the grace period."""
    with override(language):
        return " · ".join(limited_labels())


def _invoice_words(invoice: InvoiceSummary | None, amount: int, language: str) -> dict[str, str]:
    if invoice is None:
        return {"number": "", "amount": "", "due": ""}
    return {
        "number": invoice.number,
        "amount": money_text(amount or invoice.total, invoice.currency, language=language),
        # The last day to pay; an invoice paid by card is due on the day of its creation.
        "due": day_text(invoice.due_at or invoice.created_at, language=language),
    }
