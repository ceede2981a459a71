"""``replay_stripe_events``: queue events of Stripe to be applied again."""

from datetime import datetime

from django.core.management.base import CommandError

from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.selectors import events_to_replay
from tenants.billing.services.stripe_webhooks import event_replay
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """The command that replays events of any state."""

    help = "Queue events to be applied again: those given up, those since a day, or some by id."
    arguments = {
        "ids": {"nargs": "*", "metavar": "ID", "help": "An event's id: evt_..."},
        "--dead": {"action": "store_true", "help": "All that were given up."},
        "--since": {"help": "All received since this day: 2026-11-30."},
    }

    def handle(
        self, *args: str, ids: list[str], dead: bool, since: str | None, **options: object
    ) -> None:
        """Queue the chosen events, and print their ids."""
        if not (ids or dead or since):
            raise CommandError("which events? give their ids, --dead or --since")
        try:
            day = datetime.fromisoformat(since) if since else None
        except ValueError:
            raise CommandError(f"not a day: {since}") from None
        moment = day and day.replace(tzinfo=clock.NATIONAL_ZONE)
        for event_id in [*ids, *events_to_replay(is_dead=dead, since=moment)]:
            try:
                event_replay(event_id=event_id, actor=SYSTEM)
            except DomainError as error:
                raise CommandError(f"{event_id}: {error.code}") from None
            self.stdout.write(event_id)
