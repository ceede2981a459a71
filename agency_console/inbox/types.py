"""What the inbox asks for and what it shows: frozen data."""

from dataclasses import dataclass

from agency_console.inbox.enums import InboxView
from shared.complaints.types import InboxCase, InboxPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxQuery:
    """What the address of an inbox page says; ``view`` may be left to the officer's default."""

    view: InboxView | None = None
    text: str = ""
    after: InboxPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page of a view; ``following`` is where the next page begins, if there is one."""

    cases: tuple[InboxCase, ...]
    following: InboxPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyInbox:
    """Why a list is empty and what to do about it, for the component ``empty_state``."""

    reason: str
    title: str
    text: str
    url: str = ""
    label: str = ""
