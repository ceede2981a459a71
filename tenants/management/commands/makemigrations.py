"""Django's command makemigrations, run with the rights of the login."""

from django.core.management.commands import makemigrations as django_command

from tenants.isolation.schema_switch import as_owner


class Command(django_command.Command):
    """``manage.py makemigrations``, which works before the database roles exist."""

    def handle(self, *args: str, **options: object) -> None:
        """Run Django's command with the rights of the login, without a role."""
        with as_owner():
            super().handle(*args, **options)
