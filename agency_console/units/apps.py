"""The app with a label of its own: ``units`` is the label of the tables' app."""

from django.apps import AppConfig


class UnitPagesConfig(AppConfig):
    """The pages of units and absences."""

    name = "agency_console.units"
    label = "unit_pages"
