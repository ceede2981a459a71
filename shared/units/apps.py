"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """The units of an agency, who belongs to them, and who is absent."""

    name = "shared.units"
    label = "units"
