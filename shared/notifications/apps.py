"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """E-mails to the staff of an agency about what waits for them."""

    name = "shared.notifications"
    label = "notifications"
