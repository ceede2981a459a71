"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Drafts of requests."""

    name = "public_portal.intake"
    label = "intake"
