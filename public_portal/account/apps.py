"""The app under a name of its own: allauth's is called "account" already."""

from django.apps import AppConfig


class CitizenAccountConfig(AppConfig):
    """The citizens' accounts; it has no table."""

    name = "public_portal.account"
    label = "citizen_account"
