"""The app that connects the packages when a process starts."""

from django.apps import AppConfig

from config.seams import seams_connect


class ConfigConfig(AppConfig):
    """Wiring alone: it has no model and no page."""

    name = "config"

    def ready(self) -> None:
        """Supply to lower packages what they need of higher ones."""
        seams_connect()
