"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The workspaces as national oversight sees them."""

    name = "public_portal.oversight.agencies"
    label = "agencies"
