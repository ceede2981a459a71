"""Django's command ``migrate``, replaced by the command ``migrate_schemas``."""

from tenants.management.commands.migrate_schemas import Command as MigrateSchemas


class Command(MigrateSchemas):
    """``manage.py migrate``: another name of ``migrate_schemas``."""
