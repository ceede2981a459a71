"""The command that runs the leak test now."""

from django.core.management.base import CommandError

from tenants.isolation.leak_test import OTHERS, READERS, leak_test
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py leak_test``, which runs the scheduled leak test at once."""

    help = "Try to read, under agencies' own roles, what is not theirs."
    arguments = {
        "--readers": {"type": int, "default": READERS, "help": "How many agencies try."},
        "--others": {"type": int, "default": OTHERS, "help": "On how many others each."},
    }

    def handle(self, *args: str, readers: int, others: int, **options: object) -> None:
        """Run the leak test and print its result; the exit code is 1 if a query was not refused."""
        if (done := leak_test(readers=readers, others=others)) is None:
            raise CommandError("DATABASE_ROLES is off: only the code keeps agencies apart")
        self.stdout.write(
            f"{done.agencies} agencies, {done.attempts} attempts, {done.refused} refused,"
            f" {len(done.leaked)} leaked"
        )
        if done.leaked:
            raise CommandError(
                "; ".join(f"{one['reader']} reads {one['read']}" for one in done.leaked)
            )
