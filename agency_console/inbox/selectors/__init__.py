"""Questions of the inbox."""

from agency_console.inbox.selectors.controls import filter_controls
from agency_console.inbox.selectors.empty_lists import inbox_emptiness
from agency_console.inbox.selectors.pages import (
    MAX_COUNTED,
    PAGE_SIZE,
    default_view,
    inbox_names,
    inbox_page,
    line_texts,
    list_counts,
)
from agency_console.inbox.selectors.previews import case_preview
from agency_console.inbox.selectors.saved_views import (
    default_saved_view,
    saved_view_counts,
    saved_view_get,
    saved_views,
)

__all__ = [
    "MAX_COUNTED",
    "PAGE_SIZE",
    "case_preview",
    "default_saved_view",
    "default_view",
    "filter_controls",
    "inbox_emptiness",
    "inbox_names",
    "inbox_page",
    "line_texts",
    "list_counts",
    "saved_view_counts",
    "saved_view_get",
    "saved_views",
]
