"""App with a label of its own, because ``routing`` is the label of the table's app."""

from django.apps import AppConfig


class RoutingPagesConfig(AppConfig):
    """App of the pages of routing rules."""

    name = "agency_console.routing"
    label = "routing_pages"
