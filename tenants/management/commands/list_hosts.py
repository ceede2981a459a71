"""The command that prints the agencies' custom host names, which need TLS certificates."""

from django.core.management.base import BaseCommand

from tenants.fleet.services.hosts import custom_hosts


class Command(BaseCommand):
    """``manage.py list_hosts``, which prints each host name with the code of its agency."""

    help = "List the host names that agencies have beside the one under the portal's domain."

    def handle(self, *args: str, **options: object) -> None:
        """Print the custom host names in alphabetical order."""
        for host, agency_code in custom_hosts():
            self.stdout.write(f"{host} {agency_code}")
