"""Questions of the inbox."""

from agency_console.inbox.selectors.controls import bodies_meant, filter_controls, list_controls
from agency_console.inbox.selectors.pages import (
    MAX_COUNTED,
    PAGE_SIZE,
    all_names,
    default_view,
    inbox_emptiness,
    inbox_names,
    inbox_page,
    line_texts,
    list_counts,
)
from agency_console.inbox.selectors.previews import case_preview
from agency_console.inbox.selectors.saved_views import (
    saved_view_counts,
    saved_view_get,
    saved_views,
)

__all__ = [
    "MAX_COUNTED",
    "PAGE_SIZE",
    "all_names",
    "bodies_meant",
    "case_preview",
    "default_view",
    "filter_controls",
    "inbox_emptiness",
    "inbox_names",
    "inbox_page",
    "line_texts",
    "list_controls",
    "list_counts",
    "saved_view_counts",
    "saved_view_get",
    "saved_views",
]
