"""Frozen data of the pages about plan and invoices."""

from dataclasses import dataclass

from shared.ui.types import Tone
from tenants.billing.types import InvoiceRow, PlanSummary, SubscriptionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The use of one service of the plan; ``percent``: the used share of the limit, or ``None``."""

    label: str
    used: str
    note: str = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """Data of the plan's page; after a late payment, ``limited`` is suspended, ``kept`` is not."""

    subscription: SubscriptionSummary
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
