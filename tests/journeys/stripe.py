"""The fake Stripe beside a running installation: the pages on which somebody pays."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fake_stripe.server import FakeStripeServer

# As long as a real one: an installation starts with no shorter key.
KEY = f"sk_test_{'of_the_journeys_' * 2}"


@contextmanager
def running_stripe() -> Iterator[FakeStripeServer]:
    """One that tells nobody yet: the site's address is known once it runs."""
    server = FakeStripeServer(key=KEY)
    thread = threading.Thread(target=server.serve, name="stripe-of-the-site")
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=10)


def stripe_environment(server: FakeStripeServer) -> dict[str, str]:
    """The settings with which an installation speaks to it."""
    return {
        "STRIPE_SECRET_KEY": server.key,
        "STRIPE_WEBHOOK_SECRET": server.secret,
        "STRIPE_API_URL": server.url,
    }
