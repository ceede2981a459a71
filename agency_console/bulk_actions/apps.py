"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class BulkActionsConfig(AppConfig):
    """One action on many cases, and lists of cases as files."""

    name = "agency_console.bulk_actions"
    label = "bulk_actions"
