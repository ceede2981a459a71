"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The national register of events and cases."""

    name = "shared.register"
    label = "register"
