"""The Django app of the agencies: its checks and the schema router."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """The configuration of the Django app ``tenants``."""

    name = "tenants"

    def ready(self) -> None:
        """Register the checks of ``check --deploy``; let each model instance record its schema."""
        # Models cannot be imported earlier.
        from tenants.isolation import checks  # noqa: F401, PLC0415
        from tenants.isolation.backends.schema_router import stamp_instances  # noqa: PLC0415

        stamp_instances()
