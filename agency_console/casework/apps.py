"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """One case, and what an officer writes in it."""

    name = "agency_console.casework"
    label = "casework"
