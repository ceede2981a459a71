"""Stripe for tests: the fake Stripe on a free port, or Stripe's own test mode when it is asked for.

A test module takes part with ``from tests.tenants.billing.stripe_server import fake_stripe,
fake_server`` (and names both in ``__all__``). With STRIPE_SECRET_KEY set, the same tests speak to
Stripe; those that call a control endpoint of the fake Stripe are skipped then, with the reason
told.
"""

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from fake_stripe.server import FakeStripeServer

DAY = 86_400
SECRET = "whsec_of_the_tests"
GOOD, DECLINED, FAILS_LATER = "4242424242424242", "4000000000000002", "4000000000000341"


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook as it arrived."""

    body: str
    signature: str | None

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])

    @property
    def id(self) -> str:
        return str(json.loads(self.body)["id"])


class Listener:
    """Takes webhooks; answers with the statuses given, then with 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: list[int] = []
        self.arrived = threading.Condition()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/stripe/webhook/"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with listener.arrived:
                    status = listener.statuses.pop(0) if listener.statuses else 200
                    listener.received.append(Received(body, self.headers["Stripe-Signature"]))
                    listener.arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        return Handler

    def wait_for(self, count: int) -> list[Received]:
        """The first so many webhooks, however long they take (ten seconds at most)."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= count, timeout=10)
            return list(self.received)

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class FakeStripe:
    """What a test needs of Stripe: the address, the key, the secret, and the control endpoints."""

    def __init__(self, *, url: str, key: str, secret: str, real: bool = False) -> None:
        self.url, self.key, self.secret, self.real = url, key, secret, real
        addresses: Any = {} if real else {"api": url}
        self.client = stripe.StripeClient(key, base_addresses=addresses, max_network_retries=0)

    def control(self, path: str, /, **values: Any) -> Any:
        """Call a control endpoint under ``/_fake/``; a list is sent as a list."""
        if self.real:
            pytest.skip("STRIPE_SECRET_KEY is set: Stripe itself has no control endpoints")
        pairs = [
            (f"{name}[{place}]" if isinstance(value, list) else name, str(one))
            for name, value in values.items()
            for place, one in enumerate(value if isinstance(value, list) else [value])
        ]
        return json.loads(self._fetched(f"/_fake/{path}", urlencode(pairs).encode()))

    def look(self, path: str) -> Any:
        """Read a control endpoint."""
        if self.real:
            pytest.skip("STRIPE_SECRET_KEY is set: Stripe itself has no control endpoints")
        return json.loads(self._fetched(f"/_fake/{path}", None))

    def reset(self) -> None:
        self.control("webhook", url="")
        self.control("deliveries", mode="live")
        self.control("reset")

    def advance(self, *, days: float = 0, seconds: int = 0) -> Any:
        """Puts the clock forward; everything that falls due on the way happens."""
        return self.control("clock", advance=int(days * DAY) + seconds)

    def now(self) -> int:
        return int(self.look("clock")["now"])

    def hold(self) -> None:
        """No webhook goes out by itself from now on."""
        self.control("deliveries", mode="hold")

    def deliveries(self, *types: str) -> list[Any]:
        """All that were or are to be sent, the oldest first; those of some types only."""
        rows = self.look("deliveries")["data"]
        return [row for row in rows if not types or row["type"] in types]

    def deliver(self, *events: str, times: int = 1, forged: str | None = None) -> list[int]:
        """Sends these in this order; returns the statuses. ``forged``: secret|body|old|unsigned."""
        more = {"forged": forged} if forged else {}
        answer = self.control("deliveries/send", events=list(events), times=times, **more)
        return list(answer["answers"])

    def money(self, invoice: str, amount: int | None = None) -> Any:
        """A bank transfer for an invoice has arrived."""
        return self.control(f"money/{invoice}", **({"amount": amount} if amount else {}))

    def fail(self, kind: str, *, times: int = 1, **more: Any) -> None:
        """The next answers go wrong: 500|429|timeout|drop, ``when`` before or after the deed."""
        self.control("fail", kind=kind, next=times, **more)

    def pay(self, page: str, card: str = GOOD) -> tuple[int, str | None]:
        """What a person does on a page; the status and where the browser is sent."""
        if self.real:
            pytest.skip("STRIPE_SECRET_KEY is set: nobody is there to fill Stripe's page in")
        return self.submit(page.removeprefix(self.url), {"card": card})

    def submit(self, path: str, form: dict[str, str]) -> tuple[int, str | None]:
        """Sends a form of one of the pages; redirects are told, not followed."""
        request = urllib.request.Request(self.url + path, urlencode(form).encode())  # noqa: S310
        try:
            with _NO_REDIRECTS.open(request, timeout=10) as answer:
                return answer.status, None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Location"]

    def page(self, path: str, language: str = "en") -> str:
        """A page as a browser of that language gets it."""
        with self.opened(path, language) as answer:
            return str(answer.read().decode("utf-8"))

    def opened(self, path: str, language: str = "en") -> Any:
        """Whatever lies at an address of the pages, to be read and closed."""
        request = urllib.request.Request(  # noqa: S310
            self.url + path.removeprefix(self.url), headers={"Accept-Language": language}
        )
        return urllib.request.urlopen(request, timeout=10)  # noqa: S310

    def _fetched(self, path: str, body: bytes | None) -> str:
        try:
            with urllib.request.urlopen(self.url + path, body, timeout=10) as answer:  # noqa: S310
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


_NO_REDIRECTS = urllib.request.build_opener(_NoRedirect)


@pytest.fixture(scope="session")
def fake_server() -> Iterator[FakeStripeServer]:
    """One server for all tests; webhooks that are not taken come again after moments."""
    server = FakeStripeServer(webhook_secret=SECRET, pauses=(0.02, 0.02, 0.05))
    thread = threading.Thread(target=server.serve, name="fake-stripe")
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=10)


@pytest.fixture
def fake_stripe(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeStripe:
    """Stripe with nothing in it: no customers, no events, the clock at the real time."""
    if key := os.environ.get("STRIPE_SECRET_KEY"):
        secret = os.environ.get("STRIPE_WEBHOOK_SECRET", "")
        return FakeStripe(url="", key=key, secret=secret, real=True)
    # The library tries again as often as ever, but spares a machine of one's own the pauses.
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    server: FakeStripeServer = request.getfixturevalue("fake_server")
    fake = FakeStripe(url=server.url, key=server.key, secret=server.secret)
    fake.reset()
    return fake


@pytest.fixture
def listener(fake_stripe: FakeStripe) -> Iterator[Listener]:
    """The other end of the webhooks."""
    taking = Listener()
    fake_stripe.control("webhook", url=taking.url)
    yield taking
    fake_stripe.control("webhook", url="")
    taking.close()
