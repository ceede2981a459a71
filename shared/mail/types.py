"""Data objects of e-mails, of attempts and of counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.mail.enums import DeliveryOutcome, MailFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedMail:
    """The recipient, the values and the one-time links of an e-mail.

    ``to``: the address, or "" for no recipient. ``words``: the values that templates may show.
    ``links``: the secrets of one-time links, keyed by the name of the page; "" means no link.
    ``is_forgotten``: address and context are deleted after sending. ``is_held``: the e-mail waits
    until the address is proved. ``letter``: the kind of e-mail that is sent instead, or "".
    """

    to: str
    words: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    is_forgotten: bool = False
    is_held: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFault:
    """The cause of a failed attempt; it contains no content and no address of the e-mail.

    ``is_server_unavailable``: the mail server accepts no e-mail now. ``is_defect``: the mail server
    did not cause the fault.
    """

    name: str
    is_permanent: bool = False
    is_server_unavailable: bool = False
    is_defect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The outcome of one attempt; ``again_at`` is the time of the next attempt.

    ``error`` is the exception of the attempt, for the log of defects.
    """

    outcome: DeliveryOutcome
    again_at: datetime | None = None
    fault: DeliveryFault | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """The counts of waiting and failed e-mails of one schema.

    ``failing`` counts the late ones of the waiting e-mails; ``failed`` counts the failed e-mails
    that may be sent again (``RESENDABLE``).
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
    """The state of the mail queue.

    ``paused_since``: the time since which the mail server does not answer, or ``None``.
    """

    waiting: int
    oldest_at: datetime | None
    failed: int
    paused_since: datetime | None
