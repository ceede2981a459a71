"""The Django app of citizens' accounts; its label is its own, as allauth's app is "account"."""

from django.apps import AppConfig


class CitizenAccountConfig(AppConfig):
    """The citizens' accounts; it has no table."""

    name = "public_portal.account"
    label = "citizen_account"
