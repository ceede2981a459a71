"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The lists of cases."""

    name = "agency_console.inbox"
    label = "inbox"
