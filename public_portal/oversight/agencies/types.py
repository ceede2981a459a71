"""Types with the data that the pages of workspaces and jobs show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.jobs.types import JobSummary
from shared.mail.types import FailedMail
from shared.ui.types import Tone
from tenants.approvals.types import ApprovalDetail
from tenants.billing.types import InvoiceRow, StripeEventSummary, SubscriptionSummary
from tenants.fleet.types import (
    ActingAdministration,
    AgencyHealth,
    DestroyOrderApproved,
    DestroyOrderSummary,
    HealthSummary,
    HostSummary,
)
from tenants.models.enums import ApprovalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A job in the list of jobs."""

    id: UUID
    kind: str
    subject: str
    state: str
    tone: Tone
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """A refused line of a list and its error; ``column`` is blank in the results of a job."""

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One agency in the list; ``seats`` is the count of its seats, ``None`` without limit."""

    health: AgencyHealth
    seats: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCostRow:
    """What one page costs on average, and its total; ``page`` is blank for requests without one."""

    page: str
    requests: int
    processor_seconds: float
    processor_ms: float
    elapsed_ms: float
    statements: float
    rows: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFigure:
    """One figure above the list of agencies, and the figure's style."""

    value: str
    label: str
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetHead:
    """The figures above the list of agencies: counts by state, and the health summary."""

    health: HealthSummary
    states: tuple[HealthFigure, ...]
    machine: tuple[HealthFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """An act on a workspace; ``about`` is an invoice, an amount, a plan or blank."""

    at: datetime
    words: str
    by: str
    about: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActReason:
    """The reason that was given for an act on a workspace."""

    action: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceDetail:
    """The data for the page of one workspace.

    ``bodies``: the bodies for which the agency answers, or answered until it was archived.
    ``is_billed``: the agency has a running subscription at Stripe.
    """

    health: AgencyHealth
    seats: int | None
    reason: str
    successor: str
    bodies: tuple[str, ...]
    hosts: tuple[HostSummary, ...]
    take_over: ActingAdministration | None
    order: DestroyOrderSummary | None
    ended: DestroyOrderApproved | None
    job: JobSummary | None
    is_billed: bool
    letters: tuple[FailedMail, ...]
    approvals: tuple[ApprovalDetail, ...]
    needs_second_step: bool

    def approval(self, kind: ApprovalKind) -> ApprovalDetail | None:
        """Return the waiting approval of this kind, or ``None``."""
        return next((one for one in self.approvals if one.kind == kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The plan, the invoices and the last Stripe events of one agency."""

    summary: SubscriptionSummary
    status: str
    tone: Tone
    payment: str
    invoices: tuple[InvoiceRow, ...]
    events: tuple[StripeEventSummary, ...]
    is_set_up: bool
    runs: bool
