"""What the national side says of an e-mail when it leaves, and how deliveries stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.mail.enums import DeliveryOutcome, MailFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedMail:
    """Where an e-mail goes ("" for nowhere), and the links in it that work once.

    ``words`` is what its templates may say of all that stands in its row, and what the national
    side adds. ``links`` has the name of a page under tracking and the secret that opens it, "" for
    an e-mail that leaves without. With ``is_forgotten`` its row loses address and words once it
    has left. With ``is_held`` the e-mail waits until its address is proved; ``letter`` is another
    kind that leaves in its place, "" for none.
    """

    to: str
    words: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    is_forgotten: bool = False
    is_held: bool = False
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFault:
    """Why an attempt failed, without a word of the e-mail or its address.

    ``is_server_unavailable``: no e-mail can leave now. ``is_defect``: it is no answer of a mail
    server.
    """

    name: str
    is_permanent: bool = False
    is_server_unavailable: bool = False
    is_defect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of one attempt; ``again_at`` is when the next one is due.

    ``error`` is what the attempt raised, for the log of defects.
    """

    outcome: DeliveryOutcome
    again_at: datetime | None = None
    fault: DeliveryFault | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCounts:
    """How many e-mails wait in one schema, for how long, and how many are tried no more.

    Expired codes and links are not among ``failed``: nobody needs them any more.
    """

    waiting: int
    failing: int
    failed: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMail:
    """An e-mail that could not be delivered, without its address and its words."""

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
    """How e-mails do: how many wait and since when, how many could not be delivered.

    ``paused_since`` is since when the mail server does not answer; ``None`` while it does.
    """

    waiting: int
    oldest_at: datetime | None
    failed: int
    paused_since: datetime | None
