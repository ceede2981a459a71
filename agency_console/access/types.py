"""Frozen data of the address of a list."""

from dataclasses import dataclass

from shared.complaints.selectors import EVERYTHING, CaseFilter
from shared.complaints.types import InboxPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAddress:
    """Address of a list of the inbox: view, words, sort, filter, and where its page begins.

    The addresses of a case's pages also have the list from which the case was opened. ``at``: the
    position of the case in the list when the officer opened the page of the case.
    """

    view: str = ""
    text: str = ""
    sort: str = ""
    only: CaseFilter = EVERYTHING
    after: InboxPosition | None = None
    at: InboxPosition | None = None
