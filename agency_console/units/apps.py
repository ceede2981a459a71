"""App with a label of its own, because ``units`` is the label of the tables' app."""

from django.apps import AppConfig


class UnitPagesConfig(AppConfig):
    """App of the pages of units and absences."""

    name = "agency_console.units"
    label = "unit_pages"
