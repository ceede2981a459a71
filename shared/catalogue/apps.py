"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Categories, holidays and working terms."""

    name = "shared.catalogue"
    label = "catalogue"
