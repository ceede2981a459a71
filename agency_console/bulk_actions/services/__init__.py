"""Begin, confirm, do, cancel and undo an action on many cases."""

from agency_console.bulk_actions.services.list_files import export_delete, list_file_read
from agency_console.bulk_actions.services.preparation import (
    action_begin,
    action_cancel,
    action_start,
    action_undo,
    arguments_set,
)
from agency_console.bulk_actions.services.runner import bulk_action_run, bulk_run

__all__ = [
    "action_begin",
    "action_cancel",
    "action_start",
    "action_undo",
    "arguments_set",
    "bulk_action_run",
    "bulk_run",
    "export_delete",
    "list_file_read",
]
