"""Connect the checks and the schema router at the start."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """The app of the agencies."""

    name = "tenants"

    def ready(self) -> None:
        """Stamp instances with their schema; let ``check --deploy`` know the checks."""
        # Models are not there before.
        from tenants.isolation import checks  # noqa: F401, PLC0415
        from tenants.isolation.backends.schema_router import stamp_instances  # noqa: PLC0415

        stamp_instances()
