"""The app under a label of its own: ``routing`` is that of the table."""

from django.apps import AppConfig


class RoutingPagesConfig(AppConfig):
    """The pages of routing rules."""

    name = "agency_console.routing"
    label = "routing_pages"
