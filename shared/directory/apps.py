"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Public bodies."""

    name = "shared.directory"
    label = "directory"
