"""The Django app of the agencies: its checks and the schema router."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """The configuration of the Django app ``tenants``."""

    name = "tenants"

    def ready(self) -> None:
        """Register the checks of ``check --deploy``; keep the schema of each instance with it."""
        # Models cannot be imported earlier.
        from tenants.isolation import checks  # noqa: F401, PLC0415
        from tenants.isolation.backends.schema_router import stamp_instances  # noqa: PLC0415

        stamp_instances()
