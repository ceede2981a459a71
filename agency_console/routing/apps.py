"""The app with a label of its own: ``routing`` is the label of the table's app."""

from django.apps import AppConfig


class RoutingPagesConfig(AppConfig):
    """The pages of routing rules."""

    name = "agency_console.routing"
    label = "routing_pages"
