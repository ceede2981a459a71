"""What a case shows to an officer: frozen, so that no template reaches the person behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from shared.kernel.clock import LegalClock
from shared.ui.types import LedgerMonth, TimelineEntry, WorkingClockSummary
from tenants.case_access.types import ReviewOutcome

if TYPE_CHECKING:
    from shared.complaints.models import Attachment, Rating


class Act(StrEnum):
    """What an officer can do to a case; the values stand in template names."""

    TAKE = "take"
    ASSIGN = "assign"
    REPLY = "reply"
    REFUSE = "refuse"
    ASK = "ask"
    MESSAGE = "message"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The words of the page on which one act is prepared."""

    title: str | Promise
    intro: str | Promise
    button: str | Promise


class Voice(StrEnum):
    """Who speaks in the thread of a case; the value ends the name of its class."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenCard:
    """What this officer may know of the citizen: empty unless they gave the agency their name."""

    privacy: str
    party: str
    name: str = ""
    email: str = ""
    phone: str = ""
    national_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """A message that both sides read, or a note that never leaves the agency.

    ``proof`` says how little its writer has proved, blank where nothing is to be said.
    """

    voice: Voice
    label: str
    by: str
    proof: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """Everything on the page of a case beside the case's own columns."""

    citizen: CitizenCard
    clock: LegalClock | None
    working: WorkingClockSummary
    thread: Sequence[ThreadEntry]
    attachments: "Sequence[Attachment]"
    declarations: Sequence[str]
    history: Sequence[TimelineEntry]
    ratings: "Sequence[Rating]"
    acts: frozenset[Act]
    is_held_by_other: bool
    review: ReviewOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDays:
    """Both clocks of a case, day by day."""

    clock: LegalClock | None
    working: WorkingClockSummary
    months: Sequence[LedgerMonth]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanges:
    """What happened to a case since an officer's form was made."""

    history: Sequence[TimelineEntry]
    thread: Sequence[ThreadEntry]
