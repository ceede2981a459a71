"""Try whether agencies are kept apart, now."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from tenants.isolation.leak_test import OTHERS, READERS, leak_test


class Command(BaseCommand):
    """``manage.py leak_test``: the same as every six hours, with more of them if wanted."""

    help = "Try to read, under agencies' own roles, what is not theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many try, and on how many others each."""
        parser.add_argument("--readers", type=int, default=READERS)
        parser.add_argument("--others", type=int, default=OTHERS)

    def handle(self, *args: str, readers: int, others: int, **options: object) -> None:
        """One line; ends with an error when anything was read."""
        done = leak_test(readers=readers, others=others)
        if done is None:
            raise CommandError("DATABASE_ROLES is off: only the code keeps agencies apart")
        self.stdout.write(
            f"{done.agencies} agencies, {done.attempts} attempts, {done.refused} refused,"
            f" {len(done.leaked)} leaked"
        )
        if done.leaked:
            raise CommandError(
                "; ".join(f"{one['reader']} reads {one['read']}" for one in done.leaked)
            )
