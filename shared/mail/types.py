"""Data objects of mail: resolved e-mails, attempts, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.mail.enums import DeliveryOutcome, MailFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedMail:
    """The recipient of an e-mail ("" for none), its values and its one-time links.

    ``words``: values that the templates may show, from the row and from the public schema.
    ``links``: names of tracking pages, each with the secret that opens the page, or "" without a
    secret. ``is_forgotten``: the row loses address and context after sending. ``is_held``: the
    e-mail waits until its address is proved. ``letter``: the kind of e-mail that is sent instead,
    or "".
    """

    to: str
    words: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    is_forgotten: bool = False
    is_held: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFault:
    """The cause of a failed attempt, without content or address of the e-mail.

    ``is_server_unavailable``: the mail server can take no e-mail now. ``is_defect``: no mail server
    caused the fault.
    """

    name: str
    is_permanent: bool = False
    is_server_unavailable: bool = False
    is_defect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of one attempt; ``again_at`` is when the next attempt is due.

    ``error`` is the exception of the attempt, for the log of defects.
    """

    outcome: DeliveryOutcome
    again_at: datetime | None = None
    fault: DeliveryFault | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """Numbers of waiting and failed e-mails of one schema, and when the oldest waiting e-mail came.

    ``failed`` omits e-mails with an expired code or link, because nobody needs them any more.
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
    """State of the mail queue: waiting e-mails, the oldest waiting e-mail, failed e-mails.

    ``paused_since``: since when the mail server does not answer; ``None`` while the server answers.
    """

    waiting: int
    oldest_at: datetime | None
    failed: int
    paused_since: datetime | None
