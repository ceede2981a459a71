"""The Django app of the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app config of the demonstration."""

    name = "demo"
