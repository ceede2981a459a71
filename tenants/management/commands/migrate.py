"""Django's name for ``migrate_schemas``."""

from tenants.management.commands.migrate_schemas import Command as MigrateSchemas


class Command(MigrateSchemas):
    """``manage.py migrate``: the same as ``migrate_schemas``."""
