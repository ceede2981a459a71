"""The app under its own label."""

from django.apps import AppConfig


class AssistedFilingConfig(AppConfig):
    """Filing for a person who is at the counter or on the telephone."""

    name = "agency_console.assisted_filing"
    label = "desk"
