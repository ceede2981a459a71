"""The pages of the inbox."""

from agency_console.inbox.views.lists import (
    choose_filter,
    list_cases,
    poll_cases,
    preview_case,
    snooze_case,
)
from agency_console.inbox.views.saved_views import (
    change_saved_view,
    list_saved_views,
    remove_saved_view,
    restore_saved_view,
    save_view,
)

__all__ = [
    "change_saved_view",
    "choose_filter",
    "list_cases",
    "list_saved_views",
    "poll_cases",
    "preview_case",
    "remove_saved_view",
    "restore_saved_view",
    "save_view",
    "snooze_case",
]
