"""Django's command makemigrations, also for a database without roles."""

from django.core.management.commands import makemigrations as django_command

from tenants.isolation.schema_switch import as_owner


class Command(django_command.Command):
    """``manage.py makemigrations``: reads the applied migrations from the database."""

    def handle(self, *args: str, **options: object) -> None:
        """Run Django's command with the login's own rights."""
        with as_owner():
            super().handle(*args, **options)
