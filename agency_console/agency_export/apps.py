"""App with a label that differs from the name of its package."""

from django.apps import AppConfig


class AgencyExportConfig(AppConfig):
    """App of the export of all data of an agency."""

    name = "agency_console.agency_export"
    label = "leaving"
