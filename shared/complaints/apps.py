"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """The domain: a complaint with its events, messages and files."""

    name = "shared.complaints"
    label = "complaints"
