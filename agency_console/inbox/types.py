"""Frozen data of the pages of the inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from agency_console.access.types import ListAddress
from shared.complaints.selectors import ListSort
from shared.complaints.types import (
    InboxCase,
    InboxPosition,
    PublicAttachment,
)
from shared.complaints.types.labels import LabelInfo
from shared.complaints.types.search import SearchHit
from shared.ui.types import DeadlineSummary, NavItem
from shared.units.types import UnitInfo, UnitScope

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMarks:
    """The marks of a case for one officer: not read, put aside, and which colleagues write."""

    is_unread: bool = True
    snoozed_until: date | None = None
    writers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page of a view; ``following`` is where the next page begins, or ``None``.

    ``hits``: a dict: id of a case -> where the searched words were found.
    """

    cases: tuple[InboxCase, ...]
    marks: Mapping[int, LineMarks]
    hits: Mapping[int, SearchHit]
    following: InboxPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxNames:
    """Names of the labels, units and people that a page of the inbox shows.

    ``officers``: id of an account -> name, former officers included. ``present``: the ids of
    officers who still have access.
    """

    scope: UnitScope
    labels: Sequence[LabelInfo]
    units: Sequence[UnitInfo]
    officers: Mapping[int, str]
    present: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTexts:
    """The values that the lines of a list have in common, in the language of the page.

    ``query``: the query of the list. ``bodies`` is empty if each line would name the same
    organisation; ``labels`` and ``units`` have the names that the cases need. ``here``: the id of
    the highlighted case.
    """

    query: str
    sort: ListSort
    today: date
    bodies: Mapping[str, str]
    categories: Mapping[str, str]
    labels: Mapping[int, str]
    units: Mapping[int, str]
    here: int = 0
    has_focus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One control of the filter with its choices."""

    name: str
    label: str
    every: str
    chosen: str
    choices: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One part of the filter with its value, and the address of the list without this part."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListControls:
    """The controls that a list always shows: parts of its filter, sort orders and search.

    ``kept_by_search`` and ``kept_by_sort``: the other values of the address.
    """

    chips: Sequence[Chip]
    sorts: tuple[ListSort, ...]
    sort: ListSort
    kept_by_search: Choices
    kept_by_sort: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterControls:
    """The form that narrows a list, with its present values.

    ``has_body_search``: the officer types an organisation's name, because a list of all
    organisations would be too long. ``kept``: the other values of the address. ``clear_url``: the
    list without its filter, or "".
    """

    fields: Sequence[FilterField]
    has_body_search: bool
    place: str
    received_from: str
    received_to: str
    kept: Choices
    clear_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewDraft:
    """The data to save a view, or to restore a deleted view."""

    name: str
    query: str
    is_shared: bool
    default_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewInfo(SavedViewDraft):
    """A saved view; ``default_for``: the ``Role`` whose console opens with the view, or ""."""

    id: int
    address: ListAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewGroup:
    """A group of lists under one heading beside the inbox."""

    title: str
    items: Sequence[NavItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyInbox:
    """The reason why a list is empty and what to do, for the component ``empty_state``."""

    reason: str
    title: str
    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewMessage:
    """The last message of a case."""

    by: str
    at: datetime
    body: str
    is_from_citizen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePreview:
    """The preview of a case beside the list; ``is_stub``: another administration has the case."""

    reference: str
    subject: str
    body: str
    remedy: str
    received_at: datetime
    organisation: str
    officer: str
    is_open: bool
    due_on: date | None
    has_legal: bool
    working: DeadlineSummary
    working_words: str
    last: PreviewMessage | None
    files: Sequence[PublicAttachment]
    snoozed_until: date | None
    is_stub: bool = False
    words: str = ""
