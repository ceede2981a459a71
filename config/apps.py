"""The app that connects the packages when a process starts."""

from django.apps import AppConfig

from config.seams import SEAMS
from shared.kernel.seams import seams_supply


class ConfigConfig(AppConfig):
    """Wiring alone: it has no model and no page."""

    name = "config"

    def ready(self) -> None:
        """Supply to lower packages what they need of higher ones."""
        seams_supply(SEAMS)
