"""Entitlements: the acts of citizens and staff that each billing status of an agency allows.

A late payment never limits citizens, so their acts are allowed in every status. The tests compare
the code with this table.
"""

from datetime import date, timedelta

from tenants.billing.enums import BillingStatus, Capability
from tenants.billing.errors import LimitedUntilPaid, WorkspaceClosed
from tenants.models import Agency
from tenants.models.enums import AgencyState

# The grace period, from the due day of the oldest unpaid invoice.
GRACE = timedelta(days=30)

ALWAYS = frozenset(BillingStatus)
WORKING = frozenset(
    {BillingStatus.PAID, BillingStatus.GRACE, BillingStatus.LIMITED, BillingStatus.TAKEN_OVER}
)
NOT_LIMITED = frozenset({BillingStatus.PAID, BillingStatus.GRACE})

TABLE: dict[Capability, frozenset[BillingStatus]] = {
    Capability.SUBMIT: ALWAYS,
    Capability.TRACK: ALWAYS,
    Capability.WRITE: ALWAYS,
    Capability.RATE: ALWAYS,
    Capability.RECEIPT: ALWAYS,
    Capability.CLOCK: ALWAYS,
    Capability.FIGURES: ALWAYS,
    Capability.ANSWER: WORKING,
    # An agency that leaves may export its data, even with an unpaid invoice.
    Capability.EXPORT: ALWAYS,
    # An agency that is limited because of an invoice must be able to pay that invoice.
    Capability.BILL: ALWAYS,
    Capability.ADD_STAFF: NOT_LIMITED,
    Capability.ANALYSIS: NOT_LIMITED | {BillingStatus.TAKEN_OVER},
    Capability.CUSTOM_HOST: NOT_LIMITED,
    Capability.RENAME: NOT_LIMITED,
}


def billing_status(agency: Agency, *, today: date) -> BillingStatus:
    """Compute the billing status of an agency on a day."""
    if agency.taken_over_at is not None:
        return BillingStatus.TAKEN_OVER
    if agency.state == AgencyState.ACTIVE:
        return _payment(agency, today)
    return (
        BillingStatus.SUSPENDED if agency.state == AgencyState.SUSPENDED else BillingStatus.ARCHIVED
    )


def days_left(agency: Agency, *, today: date) -> int:
    """Return the days left of the grace period; 0 if it has ended or no payment is late."""
    return 0 if agency.owes_since is None else max(0, (agency.owes_since + GRACE - today).days)


def allows(agency: Agency, capability: Capability, *, today: date) -> bool:
    """Return whether the table allows an agency a capability on a day."""
    return billing_status(agency, today=today) in TABLE[capability]


def limited_labels() -> tuple[str, ...]:
    """Return the translated labels of the acts that are refused after the grace period."""
    return tuple(
        str(row.label) for row, allowed in TABLE.items() if BillingStatus.LIMITED not in allowed
    )


def require(agency: Agency, capability: Capability, *, today: date) -> None:
    """Require that an agency may use a capability on a day.

    Raises ``LimitedUntilPaid`` or ``WorkspaceClosed``.
    """
    if (stands := billing_status(agency, today=today)) not in TABLE[capability]:
        refusal = LimitedUntilPaid if stands is BillingStatus.LIMITED else WorkspaceClosed
        raise refusal(agency.code)


def _payment(agency: Agency, today: date) -> BillingStatus:
    if agency.owes_since is None:
        return BillingStatus.PAID
    return BillingStatus.GRACE if days_left(agency, today=today) else BillingStatus.LIMITED
