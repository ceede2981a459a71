"""``replay_stripe_events``: have events of Stripe's applied again."""

from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.selectors import events_to_replay
from tenants.billing.services.stripe_events import event_replay


class Command(BaseCommand):
    """``manage.py replay_stripe_events --dead``; safe for any event: Stripe is asked anew."""

    help = "Queue events to be applied again: those given up, those since a day, or some by number."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """At least one of them."""
        parser.add_argument("ids", nargs="*", metavar="ID", help="An event's number: evt_...")
        parser.add_argument("--dead", action="store_true", help="All that were given up.")
        parser.add_argument("--since", help="All received since this day: 2026-11-30.")

    def handle(
        self, *args: str, ids: list[str], dead: bool, since: str | None, **options: object
    ) -> None:
        """Queue them, and say which."""
        if not (ids or dead or since):
            raise CommandError("which events? give their numbers, --dead or --since")
        for event_id in [*ids, *events_to_replay(is_dead=dead, since=_moment(since))]:
            try:
                event_replay(event_id=event_id, actor=SYSTEM)
            except DomainError as error:
                raise CommandError(f"{event_id}: {error.code}") from None
            self.stdout.write(event_id)


def _moment(text: str | None) -> datetime | None:
    try:
        day = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(f"not a day: {text}") from None
    return day and day.replace(tzinfo=clock.NATIONAL_ZONE)
