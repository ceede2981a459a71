"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """What agencies pay for."""

    name = "tenants.billing"
    label = "billing"
