"""The app of the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The app with the pages and commands of the demonstration."""

    name = "demo"
