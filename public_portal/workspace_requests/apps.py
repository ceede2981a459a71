"""The Django app of workspace requests; its tables and migrations keep its former label."""

from django.apps import AppConfig


class WorkspaceRequestsConfig(AppConfig):
    """Requests for a workspace."""

    name = "public_portal.workspace_requests"
    label = "signup"
