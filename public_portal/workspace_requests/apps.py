"""The Django app of workspace requests; tables and migrations use the app's former label."""

from django.apps import AppConfig


class WorkspaceRequestsConfig(AppConfig):
    """The app of workspace requests."""

    name = "public_portal.workspace_requests"
    label = "signup"
