"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """E-mails and how their delivery stands."""

    name = "shared.mail"
    label = "mail"
