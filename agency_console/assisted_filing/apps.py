"""The app with a label of its own."""

from django.apps import AppConfig


class AssistedFilingConfig(AppConfig):
    """Filing for a person who is at the counter or on the telephone."""

    name = "agency_console.assisted_filing"
    label = "desk"
