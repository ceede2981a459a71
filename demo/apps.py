"""The app of the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Pages and commands that only the demonstration has."""

    name = "demo"
