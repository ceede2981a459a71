"""What is looked at before a deploy."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """Agencies, and what stands beside them."""

    name = "tenants"

    def ready(self) -> None:
        """Let ``manage.py check --deploy`` know the checks."""
        from tenants import checks  # noqa: F401, PLC0415  # models are not there before
