"""The command that runs the fake Stripe in a separate process."""

import os
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from fake_stripe.server import DEMO_KEY, FakeStripeServer


class Command(BaseCommand):
    """The command ``manage.py run_fake_stripe --port N --webhook-url URL``."""

    help = "Serve a fake Stripe, for demonstrations and tests: no money, no real cards."
    # Without this, system checks would fail when the command starts before the database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--key", default=DEMO_KEY, help="the secret key it accepts")
        parser.add_argument("--webhook-url", default="", help="where events go; empty: nowhere")
        parser.add_argument(
            "--webhook-secret", default=os.environ.get("STRIPE_WEBHOOK_SECRET", ""),
            help="signs the events; the default is STRIPE_WEBHOOK_SECRET, or a new one, shown",
        )  # fmt: skip
        parser.add_argument("--state", type=Path, help="a JSON file that outlives a restart")
        parser.add_argument("--public-url", default="", help="how browsers reach its pages")

    def handle(self, *args: str, **options: object) -> None:
        """Run the server until SIGTERM or Ctrl-C; then save the state."""
        try:
            fake_server = _fake_server(options)
        except OSError as error:
            raise CommandError(f"port {options['port']} cannot be used: {error.strerror}") from None
        for name in (signal.SIGTERM, signal.SIGINT):
            # A call of ``stop`` in the server's thread would wait forever for the thread's end.
            signal.signal(name, lambda *_: threading.Thread(target=fake_server.stop).start())
        secret = "" if options["webhook_secret"] else f", webhook secret {fake_server.secret}"
        self.stdout.write(
            f"Fake Stripe listens on {fake_server.url} (key {fake_server.key}{secret})"
        )
        self.stdout.flush()
        fake_server.serve()


def _fake_server(options: dict[str, object]) -> FakeStripeServer:
    state = options["state"]
    port = options["port"]
    return FakeStripeServer(
        port=port if isinstance(port, int) else 0, host=str(options["host"]),
        key=str(options["key"]), webhook_url=str(options["webhook_url"]),
        webhook_secret=str(options["webhook_secret"]),
        state_file=state if isinstance(state, Path) else None,
        public_url=str(options["public_url"]),
    )  # fmt: skip
