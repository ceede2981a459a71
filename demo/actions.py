"""What somebody does to a case at some moment: plain data, done later by the real services."""

from dataclasses import dataclass
from datetime import datetime

from shared.complaints.types import (
    ComplaintDraft,
    InterimDraft,
    RatingDraft,
    RefusalDraft,
    ReplyDraft,
    UploadedContent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The citizen files."""

    draft: ComplaintDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An officer takes the case, or the supervisor gives it to one."""

    officer: int
    by_supervisor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An officer asks the citizen."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenMessage:
    """The citizen writes."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """The citizen adds a file."""

    upload: UploadedContent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyMessage:
    """An officer writes to the citizen."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalNote:
    """An officer writes for colleagues."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimReply:
    """An officer says by when the reply comes."""

    officer: int
    draft: InterimDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An officer answers."""

    officer: int
    draft: ReplyDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An officer refuses on a legal ground.

    ``bodies``: codes of the directory of which one is named where a body must be.
    """

    officer: int
    draft: RefusalDraft
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The citizen rates."""

    draft: RatingDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswer:
    """The citizen says whether what the reply announced was done."""

    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """The citizen re-opens."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The citizen withdraws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """A night passes: old replies close, old questions end. It concerns every case at once."""


Action = (
    Filing
    | Assignment
    | Question
    | CitizenMessage
    | CitizenFile
    | AgencyMessage
    | InternalNote
    | InterimReply
    | Reply
    | Refusal
    | Rating
    | PromiseAnswer
    | Reopening
    | Withdrawal
    | Upkeep
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledAction:
    """An action in time; ``case`` is the number of the case within its agency."""

    at: datetime
    case: int
    action: Action
