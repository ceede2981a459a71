"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log of what was opened and done."""

    name = "shared.audit"
    label = "audit"
