"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """How often something may be tried."""

    name = "shared.limits"
    label = "limits"
