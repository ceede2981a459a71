"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class WorkspaceRequestsConfig(AppConfig):
    """Requests for a workspace."""

    name = "public_portal.workspace_requests"
    label = "signup"
