"""The command that prepares the database of an installation; the command may be repeated."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tenants.fleet.services.provisioning import national_ensure
from tenants.isolation.cluster import cluster_ensure, cluster_faults
from tenants.isolation.database_roles import agency_roles_repair, roles_ensure
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.schema_versions import database_is_former

STEPS = (
    "load_directory",
    "load_catalogue",
    "load_holidays",
    "load_answers",
    "load_plans",
    "migrate_agencies",
    "check_schemas",
)

FORMER = (
    "this database was made by an earlier version that cannot be updated:"
    " begin with an empty one (bin/demo --reset)"
)


class Command(BaseCommand):
    """``manage.py prepare``, run after each installation or update."""

    help = "Migrate every schema and load the reviewed lists."

    def handle(self, *args: str, **options: object) -> None:
        """Create or migrate all schemas, roles and host names, and load the national lists."""
        with as_owner():
            if database_is_former():
                raise CommandError(FORMER)
        call_command("migrate_schemas", shared=True, verbosity=0, interactive=False)
        with as_owner():
            call_command("createcachetable", verbosity=0)
            cluster_ensure()
            if faults := cluster_faults():
                raise CommandError(f"the database does not fit: {'; '.join(faults)}")
            roles_ensure()
            national_ensure()
            agency_roles_repair()
            for step in STEPS:
                call_command(step)
