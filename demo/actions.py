"""Actions on a case as data, which ``demo.runner`` carries out."""

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
    """The filing of a complaint by the citizen."""

    draft: ComplaintDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The assignment of a case to an officer, by the officer or by the supervisor."""

    officer: int
    by_supervisor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of an officer to the citizen."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenMessage:
    """A message of the citizen."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """A file that the citizen adds."""

    upload: UploadedContent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyMessage:
    """A message of an officer to the citizen."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalNote:
    """A note of an officer for colleagues."""

    officer: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimReply:
    """An interim reply of an officer, which names the day of the reply."""

    officer: int
    draft: InterimDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The reply of an officer."""

    officer: int
    draft: ReplyDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refusal by an officer on a legal ground.

    ``bodies`` has the codes of bodies that may be named as competent, if the ground requires this.
    """

    officer: int
    draft: RefusalDraft
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The rating by the citizen."""

    draft: RatingDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseAnswer:
    """The citizen's answer to the question whether the announced action was carried out."""

    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A re-opening of the case by the citizen."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The withdrawal by the citizen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """A nightly run that applies the expired deadlines of all cases."""


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
    """An action with its time; ``case`` is the number of the case in the agency."""

    at: datetime
    case: int
    action: Action
