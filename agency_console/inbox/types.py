"""What the inbox asks for and what it shows: frozen data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agency_console.inbox.enums import InboxView
from shared.complaints.selectors import EVERYTHING, CaseFilter
from shared.complaints.types import InboxCase, InboxPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxQuery:
    """What the address of an inbox page says; ``view`` may be left to the officer's default.

    ``body_text`` is the typed name of an organisation that has not been chosen yet.
    """

    view: InboxView | None = None
    text: str = ""
    body_text: str = ""
    only: CaseFilter = EVERYTHING
    after: InboxPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page of a view; ``following`` is where the next page begins, if there is one."""

    cases: tuple[InboxCase, ...]
    following: InboxPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTexts:
    """What the lines of a list have in common, in the language of the page.

    ``query`` leads from a case back to its list. ``bodies`` is empty where each line would name
    the same organisation.
    """

    query: str
    bodies: Mapping[str, str]
    categories: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterControls:
    """The controls that narrow a list to one organisation and one category.

    ``bodies`` holds the organisations of the agency if they are few enough to choose from; of many
    one types a name (``has_body_search``), and ``found`` holds those that it may mean.
    """

    body: str
    body_name: str
    bodies: Sequence[tuple[str, str]]
    has_body_search: bool
    found: Sequence[tuple[str, str]]
    category: str
    categories: Sequence[tuple[str, str]]

    @property
    def is_set(self) -> bool:
        """Whether the list is narrowed."""
        return bool(self.body or self.category)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyInbox:
    """Why a list is empty and what to do about it, for the component ``empty_state``."""

    reason: str
    title: str
    text: str
    url: str = ""
    label: str = ""
