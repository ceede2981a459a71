"""Data objects of mail: resolved e-mails, attempts, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.mail.enums import DeliveryOutcome, MailFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedMail:
    """The recipient of an e-mail ("" for none), its values and its one-time links.

    ``words``: values that the templates may show, from the row and from the national side.
    ``links``: name of a page under tracking and the secret that opens it, "" for an e-mail without
    the secret. ``is_forgotten``: the row loses address and context after sending. ``is_held``: the
    e-mail waits until its address is proved; ``letter``: another kind that is sent instead, "" for
    none.
    """

    to: str
    words: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    is_forgotten: bool = False
    is_held: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFault:
    """Why an attempt failed, without content or address of the e-mail.

    ``is_server_unavailable``: no e-mail can be sent now. ``is_defect``: the fault is no answer of a
    mail server.
    """

    name: str
    is_permanent: bool = False
    is_server_unavailable: bool = False
    is_defect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of one attempt; ``again_at`` is when the next attempt is due.

    ``error`` is what the attempt raised, for the log of defects.
    """

    outcome: DeliveryOutcome
    again_at: datetime | None = None
    fault: DeliveryFault | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """Numbers of waiting and failed e-mails of one schema, with the oldest waiting one.

    Expired codes and links are not counted in ``failed``: nobody needs them any more.
    """

    waiting: int
    failing: int
    failed: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMail:
    """A failed e-mail, without its address and its content."""

    id: UUID
    letter: str
    reference: str
    queued_at: datetime
    failed_at: datetime
    failure: MailFailure
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHealth:
    """State of the mail queue: waiting e-mails, the oldest of them, failed e-mails.

    ``paused_since``: since when the mail server does not answer; ``None`` while it answers.
    """

    waiting: int
    oldest_at: datetime | None
    failed: int
    paused_since: datetime | None
