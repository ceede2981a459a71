"""A line to Stripe on which an answer waits or something happens first, and who is on it."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.accounts.enums import Role
from tenants.billing.models import Invoice, Plan, StripeEvent, Subscription
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.models import Agency
from tests.support.agencies import CODES, committed_agencies
from tests.support.factories import staff
from tests.support.processes import outside_connection
from tests.tenants.billing.paying import Payer, load_plans
from tests.tenants.billing.stripe_server import FakeStripe
from tests.tenants.isolation.committed import in_thread

CODE = CODES[0]


class SlowLine:
    """``holds``: the answer to the next request that begins so waits until it is let go.

    ``each_waits``: seconds, before each request. ``meanwhile``: what happens just before a request
    that begins so is passed on.
    """

    def __init__(self, url: str) -> None:
        self.target = url
        self.holds, self.each_waits = "", 0.0
        self.meanwhile: tuple[str, Callable[[], object]] = ("", str)
        self.heard, self.let_go = threading.Event(), threading.Event()
        self.is_holding = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        line = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._pass_on(None)

            def do_POST(self):
                self._pass_on(self.rfile.read(int(self.headers["Content-Length"] or 0)))

            def _pass_on(self, body):
                asked = f"{self.command} {self.path}"
                line.before(asked)
                headers = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() not in ("host", "connection", "accept-encoding")
                }
                request = urllib.request.Request(  # noqa: S310  # ours
                    line.target + self.path, body, headers
                )
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                        status, said = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    with error:
                        status, said = error.code, error.read()
                line.after(asked)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_args):
                pass

        return Handler

    def before(self, asked: str) -> None:
        threading.Event().wait(self.each_waits)
        begins, work = self.meanwhile
        if begins and asked.startswith(begins):
            self.meanwhile = ("", str)
            work()

    def after(self, asked: str) -> None:
        if self.holds and asked.startswith(self.holds):
            self.holds = ""
            self.is_holding.set()
            self.heard.set()
            let_go = self.let_go.wait(timeout=60)
            self.is_holding.clear()
            assert let_go

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def line(fake_stripe, settings) -> Iterator[SlowLine]:
    made = SlowLine(fake_stripe.url)
    settings.STRIPE_SECRET_KEY = fake_stripe.key
    settings.STRIPE_API_URL = made.url
    yield made
    made.close()


@pytest.fixture
def committed(db, line, fake_stripe):
    """An agency that pays for five seats, seen by every thread."""
    if fake_stripe.real:
        pytest.skip("STRIPE_SECRET_KEY is set: nobody is there to fill Stripe's page in")
    with committed_agencies():
        in_thread(lambda: _five_seats(fake_stripe))
        yield
        outside = outside_connection()
        with outside.cursor() as cursor:
            # What a failed test has looked at on its own connection may be locked there.
            cursor.execute("SET lock_timeout = '5s'")
            for model in (Invoice, StripeEvent, Subscription, Plan):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
            cursor.execute("DELETE FROM audit_auditentry")
            cursor.execute("DELETE FROM mail_mail")
            cursor.execute("DELETE FROM django_tasks_database_dbtaskresult")
        outside.close()


def _five_seats(fake: FakeStripe) -> None:
    load_plans()
    agency = Agency.objects.get(code=CODE)
    staff(agency, Role.ADMINISTRATOR)
    Payer(agency=agency, fake=fake).subscribe(seats=5)
    subscription_reread(agency_code=CODE)
