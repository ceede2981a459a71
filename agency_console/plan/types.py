"""What the pages about plan and invoices show and send."""

from dataclasses import dataclass

from shared.ui.types import Tone
from tenants.billing.enums import Collection
from tenants.billing.types import InvoiceRow, PlanSummary, SubscriptionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of a limit is used; ``percent`` is ``None`` without one, over ``high`` it warns."""

    label: str
    used: str
    note: str = ""
    percent: int | None = None
    high: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Everything on the page; ``limited`` and ``kept`` are the rows of the table of neutrality."""

    look: SubscriptionSummary
    offer: PlanSummary | None
    status: str
    tone: Tone
    payment: str
    tax: str
    uses: tuple[Use, ...]
    invoices: tuple[InvoiceRow, ...]
    limited: tuple[str, ...]
    kept: tuple[str, ...]
    is_set_up: bool
    contact: str
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Seats that are asked for; ``token`` makes a second click harmless."""

    seats: int
    collection: Collection
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOrder:
    """Another number of seats, and what the next invoice would be over, as it was shown."""

    seats: int
    seen: int | None
    token: str
