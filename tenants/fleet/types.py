"""Orders for a workspace, and summaries of its state and health."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.kernel.text import Wording
from shared.limits.types import Guessing
from shared.mail.types import MailHealth
from tenants.agencies.types import AgencyInfo
from tenants.approvals.types import WaitingOrder
from tenants.billing.enums import BillingStatus
from tenants.fleet.enums import FleetOrder, HealthIssue, HostFault
from tenants.isolation.zone_differences import ZoneDifference
from tenants.models.enums import AgencyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """A person who is invited by e-mail; ``language`` is ar, fr or en."""

    email: str
    name: str
    language: str = "ar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator(Invitee):
    """A person who is invited to a workspace as administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingOfficer(Invitee):
    """A person who answers in an agency's place during an acting administration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceOrder:
    """The order to create a workspace.

    ``organisation`` is the code of the body whose requests the workspace will receive, or empty for
    no body; ``plan`` is empty for the free plan.
    """

    info: AgencyInfo
    organisation: str = ""
    admin: Administrator | None = None
    plan: str = ""

    @classmethod
    def for_body(
        cls,
        *,
        code: str,
        names: Wording,
        organisation: str,
        email: str,
        admin_name: str,
        language: str,
        plan: str = "",
    ) -> "WorkspaceOrder":
        """Return the order of a workspace with the name of its body.

        An empty ``email`` invites nobody. Without ``admin_name`` the administrator's name is the
        e-mail address.
        """
        admin = Administrator(email=email, name=admin_name or email, language=language)
        return cls(
            info=AgencyInfo(code=code, name_ar=names.ar, name_fr=names.fr, name_en=names.en),
            organisation=organisation,
            admin=admin if email else None,
            plan=plan,
        )

    @classmethod
    def from_arguments(cls, kept: Mapping[str, Any]) -> "WorkspaceOrder":
        """Return the order that a job stored as a dict."""
        admin = kept.get("admin")
        return cls(
            info=AgencyInfo(**kept["info"]),
            organisation=kept["organisation"],
            admin=Administrator(**admin) if admin else None,
            plan=kept.get("plan", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """A workspace to create from a CSV file; ``line`` is the number of the line in the file."""

    line: int
    order: WorkspaceOrder

    @classmethod
    def from_arguments(cls, kept: Mapping[str, Any]) -> "BulkRow":
        """Return the row that a job stored as a dict."""
        return cls(line=kept["line"], order=WorkspaceOrder.from_arguments(kept["order"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFault:
    """A fault of a line of a CSV file: the column, the value, and the code of the refusal."""

    line: int
    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkList:
    """The result of reading a CSV file: workspaces to create, and faults of refused lines."""

    rows: tuple[BulkRow, ...]
    faults: tuple[BulkFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedConsole:
    """The data about an agency's closed console; ``since`` is ``None`` if unknown."""

    agency: AgencyInfo
    is_taken_over: bool
    is_archived: bool
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetQuery:
    """The filters and the sort order of national oversight's list of agencies."""

    text: str = ""
    state: AgencyState | None = None
    billing_state: BillingStatus | None = None
    is_unhealthy: bool = False
    order: FleetOrder = FleetOrder.CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyHealth:
    """The usage and health of an agency, with sizes in bytes and ``None`` before a measurement.

    ``billing_state`` is ``None`` unless the agency is active, suspended or archived.
    """

    agency: AgencyInfo
    state: AgencyState
    state_since: datetime | None
    billing_state: BillingStatus | None
    taken_over_at: datetime | None
    owes_since: date | None
    successor_code: str
    is_current: bool
    staff: int | None
    open_cases: int | None
    late_cases: int | None
    file_bytes: int | None
    mails_waiting: int | None
    mails_failing: int | None
    mails_failed: int | None
    files_missing: int | None
    same_officer_decisions: int | None
    measured_at: datetime | None
    issues: tuple[HealthIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSummary:
    """Counts of held requests, which wait for an agency that does not answer.

    ``overdue`` counts requests older than thirty days. ``refused`` counts requests that cannot be
    filed and that the citizen has not taken back.
    """

    waiting: int
    oldest_at: datetime | None
    overdue: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSummary:
    """A summary of the health of all agencies; ``leak_at`` is the time of the last leak test."""

    at: datetime
    states: tuple[tuple[str, int], ...]
    taken_over: int
    behind: int
    tasks_waiting: int
    tasks_failed: int
    jobs_waiting: int
    jobs_failed: int
    register_waiting: int
    register_lag_seconds: float
    register_set_aside: int
    mail: MailHealth
    mails_failing: int
    files_missing: int
    measured_since: datetime | None
    workers: int
    leak_at: datetime | None
    leak_attempts: int
    leaks: int
    guessing: Guessing
    held: HeldSummary
    zone_differences: tuple[ZoneDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSummary:
    """A host name of a workspace; ``fault`` says why a claimed name is not in use yet."""

    name: str
    is_answered: bool
    is_primary: bool = False
    is_own: bool = True
    asked_at: datetime | None = None
    checked_at: datetime | None = None
    fault: HostFault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingAdministration:
    """An acting administration that has not ended.

    ``acting_officers`` are names with e-mail addresses; ``closed`` is the count of deactivated
    accounts.
    """

    since: datetime
    reason: str
    by: str
    acting_officers: tuple[str, ...]
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyOrderSummary(WaitingOrder):
    """An order of destruction that waits for a second person's approval.

    ``waiver`` says why no export is needed, or is empty; ``has_export`` is true if an export with
    the agency's latest changes exists.
    """

    waiver: str = ""
    has_export: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyOrderApproved:
    """An approved order to destroy an agency, with the names of its two persons."""

    asked_by: str
    asked_at: datetime
    agreed_by: str
    agreed_at: datetime
