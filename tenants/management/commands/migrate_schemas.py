"""The command migrate_schemas of django-tenants, run with the rights of the login."""

from django_tenants.management.commands import migrate_schemas as library

from tenants.isolation.extensions import extensions_ensure
from tenants.isolation.schema_switch import as_owner


class Command(library.MigrateSchemasCommand):
    """``manage.py migrate_schemas``; ``migrate_agencies`` is the command for all agencies."""

    def handle(self, *args: str, **options: object) -> None:
        """Run the command without a role, because the roles may not create tables."""
        with as_owner():
            extensions_ensure()
            super().handle(*args, **options)
