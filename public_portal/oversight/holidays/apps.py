"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class HolidaysConfig(AppConfig):
    """The days off as national oversight keeps them."""

    name = "public_portal.oversight.holidays"
    label = "holidays"
