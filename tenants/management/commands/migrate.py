"""Another name of the command ``migrate_schemas``, which Django uses."""

from tenants.management.commands.migrate_schemas import Command as MigrateSchemas


class Command(MigrateSchemas):
    """``manage.py migrate``: another name of ``migrate_schemas``."""
