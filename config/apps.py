"""The Django app that connects the project's packages when a process starts."""

from django.apps import AppConfig

from config.seams import SEAMS
from shared.kernel.seams import seams_supply


class ConfigConfig(AppConfig):
    """The app config of the package ``config``."""

    name = "config"

    def ready(self) -> None:
        """Register the functions of higher packages that lower packages call."""
        seams_supply(SEAMS)
