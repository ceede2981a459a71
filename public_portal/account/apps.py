"""The Django app of citizens' accounts, whose label differs from allauth's label "account"."""

from django.apps import AppConfig


class CitizenAccountConfig(AppConfig):
    """The app of citizens' accounts, which has no table."""

    name = "public_portal.account"
    label = "citizen_account"
