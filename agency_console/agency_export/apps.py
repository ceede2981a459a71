"""The app with a label of its own."""

from django.apps import AppConfig


class AgencyExportConfig(AppConfig):
    """The export of all data of an agency."""

    name = "agency_console.agency_export"
    label = "leaving"
