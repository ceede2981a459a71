"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "shared.accounts"
    label = "accounts"
