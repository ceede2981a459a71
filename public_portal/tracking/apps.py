"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Following a request."""

    name = "public_portal.tracking"
    label = "tracking"
