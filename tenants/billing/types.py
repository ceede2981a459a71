"""Data of plans, subscriptions and invoices, as shown and as read from Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.kernel.text import Wording
from shared.reference_data.wordings import Named
from shared.ui.types import Tone
from tenants.billing.enums import (
    Collection,
    EventState,
    InvoiceStatus,
    PlanKind,
    SubscriptionStatus,
)

# The statuses in which paid seats may be used, also while a payment is late.
LIVE = frozenset(
    {
        SubscriptionStatus.TRIALING,
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.PAST_DUE,
        SubscriptionStatus.UNPAID,
        SubscriptionStatus.PAUSED,
    }
)
# The statuses of a subscription that is live or waits for its first payment.
ASKING = LIVE | {SubscriptionStatus.INCOMPLETE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary(Named):
    """A plan; a limit of ``None`` is no limit. ``unit_amount``: centimes a month for a seat.

    ``taxes``: a note on tax, shown beside the price; it may be blank.
    """

    code: str
    kind: PlanKind
    taxes: Wording
    unit_amount: int = 0
    currency: str = "mad"
    lookup_key: str = ""
    seats: int | None = None
    storage_bytes: int | None = None
    api_calls: int | None = None
    has_custom_host: bool = False
    is_offered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDetails:
    """The billing details on an invoice; ``tax_id`` is the ICE."""

    legal_name: str = ""
    tax_id: str = ""
    address: str = ""
    city: str = ""
    postal_code: str = ""
    email: str = ""
    purchase_order: str = ""

    @property
    def is_complete(self) -> bool:
        """Return whether an invoice can be made out with these details."""
        return all((self.legal_name, self.tax_id, self.address, self.city, self.email))


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceSummary:
    """An invoice with Stripe's id; the amounts are centimes.

    ``is_paid_elsewhere``: the invoice was paid by a bank transfer outside Stripe.
    """

    id: str
    number: str
    status: InvoiceStatus
    currency: str
    total: int
    paid: int
    remaining: int
    refunded: int
    created_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    page_url: str
    pdf_url: str
    is_paid_elsewhere: bool = False

    @property
    def refundable(self) -> int:
        """Return the amount that was paid and has not been refunded."""
        return max(0, self.paid - self.refunded)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """An invoice with its status in words and a tone."""

    invoice: InvoiceSummary
    status: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSummary:
    """The plan, the usage and the payments of an agency.

    ``seats`` is the limit, or ``None`` for no limit; ``storage_used`` is ``None`` until it was
    measured. ``unit_amount`` is the agency's price of a seat in centimes, perhaps a former price.
    ``end_reason`` is why national oversight ended the subscription, if it did.
    """

    agency_code: str
    plan: PlanSummary
    status: SubscriptionStatus
    collection: Collection
    seats: int | None
    seats_used: int
    storage_used: int | None
    period_ends_at: datetime | None
    ends_at_period_end: bool
    read_at: datetime | None
    details: BillingDetails
    has_customer: bool
    unit_amount: int
    currency: str
    end_reason: str = ""

    @property
    def is_live(self) -> bool:
        """Return whether the agency has a subscription whose paid seats may be used."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionReading:
    """The state of a subscription as read from Stripe."""

    id: str
    item_id: str
    status: SubscriptionStatus
    collection: Collection
    seats: int
    plan_code: str
    unit_amount: int | None
    currency: str
    period_ends_at: datetime | None
    ends_at_period_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerReading:
    """The state of a customer as read from Stripe; ``live``: the number of live subscriptions.

    ``subscribed``: id of an invoice -> status of the invoice's subscription.
    """

    subscription: SubscriptionReading | None
    live: int
    invoices: tuple[InvoiceSummary, ...]
    subscribed: Mapping[str, SubscriptionStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePreview:
    """A preview of an invoice in centimes; ``adjustment`` is the part for changed seats."""

    total: int
    adjustment: int
    currency: str
    on: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund in centimes with its reason; ``seen``: the centimes shown as refunded before."""

    amount: int
    seen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A bank transfer: the bank's reference, and the day from which the money counts."""

    reference: str
    value_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEvent:
    """An event that Stripe signed and sent."""

    id: str
    type: str
    customer_id: str
    created_at: datetime
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeEventSummary:
    """A received event of Stripe, as shown to operators."""

    id: str
    type: str
    agency_code: str
    state: EventState
    attempts: int
    fault: str
    created_at: datetime
    received_at: datetime
