"""The app under a label of its own: ``units`` is that of the tables."""

from django.apps import AppConfig


class UnitPagesConfig(AppConfig):
    """The pages of units and absences."""

    name = "agency_console.units"
    label = "unit_pages"
