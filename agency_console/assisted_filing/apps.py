"""App with a label that differs from the name of its package."""

from django.apps import AppConfig


class AssistedFilingConfig(AppConfig):
    """App to file requests for a person who is at the counter or on the telephone."""

    name = "agency_console.assisted_filing"
    label = "desk"
