"""The command that validates new constraints on old rows."""

from django.core.management.base import CommandError

from shared.audit.services import audit_record
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import agency_by_code
from tenants.fleet.services.row_bounds import Violation, constraint_validate, constraints_open
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py validate_rows``, after ``migrate_agencies``.

    The exit code is 1 if a row violates a constraint. A stopped run can be repeated.
    """

    help = "Validate the constraints of all schemas, and name the rows that violate one."
    arguments = {
        "--agency": {"default": "", "help": "Code of one agency; all without it."},
        "--repair": {
            "action": "store_true",
            "help": "Put safe values in the place of those that do not fit, and validate.",
        },
    }

    def handle(self, *args: str, agency: str, repair: bool, **options: object) -> None:
        """Validate the constraints, and print the primary keys of rows that violate a constraint.

        No other value of a row is printed.
        """
        schema_name = agency_by_code(agency).schema_name if agency else ""
        waiting = constraints_open(schema_name=schema_name)
        for violation in [
            violation
            for one in waiting
            if (violation := constraint_validate(one, is_repair=repair)) is not None
        ]:
            self._name(violation)
            if repair:
                one = violation.constraint
                subject = f"{one.schema_name}.{one.table}"
                audit_record(actor=SYSTEM, action="rows.repaired", subject=subject)
        left = len(constraints_open(schema_name=schema_name))
        self.stdout.write(f"{len(waiting) - left} constraints validated, {left} left")
        if left:
            raise CommandError(f"{left} constraints are violated by rows of before")

    def _name(self, violation: Violation) -> None:
        one = violation.constraint
        for key in violation.keys:
            self.stdout.write(f"{one.schema_name} {one.table} {one.name} {key}")
        if (more := violation.count - len(violation.keys)) > 0:
            self.stdout.write(f"{one.schema_name} {one.table} {one.name}: {more} more rows")
