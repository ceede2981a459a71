"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """The rules by which an agency's requests go to a unit or an officer."""

    name = "shared.routing"
    label = "routing"
