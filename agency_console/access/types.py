"""Frozen data of the address of a list."""

from dataclasses import dataclass

from shared.complaints.selectors import EVERYTHING, CaseFilter
from shared.complaints.types import InboxPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAddress:
    """Address of a list of the inbox: view, search words, order, filter, and two positions.

    ``after``: the page of the list begins after this position. ``at``, only in the address of a
    case's page: the position of the case in the list when the officer opened the case.
    """

    view: str = ""
    text: str = ""
    sort: str = ""
    only: CaseFilter = EVERYTHING
    after: InboxPosition | None = None
    at: InboxPosition | None = None
