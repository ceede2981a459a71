"""Two workers apply events of one agency at once, and one of them has heard an older answer."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection

from shared.accounts.enums import Role
from tenants.billing.models import Invoice, Plan, StripeEvent, Subscription
from tenants.billing.reading import subscription_reread
from tenants.models import Agency
from tests.billing.paying import Payer, load_plans
from tests.billing.stripe_server import FakeStripe
from tests.factories import staff
from tests.tenancy.fleet import CODES, committed_agencies
from tests.tenancy.isolation.committed import in_thread, with_own_connection
from tests.tenancy.processes import outside_connection

CODE = CODES[0]


class SlowLine:
    """A line to Stripe on which the next answer about subscriptions waits until it is let go."""

    def __init__(self, url: str) -> None:
        self.target = url
        self.holds = False
        self.heard, self.let_go = threading.Event(), threading.Event()
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
                if line.holds and self.path.startswith("/v1/subscriptions?"):
                    line.holds = False
                    line.heard.set()
                    assert line.let_go.wait(timeout=4)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_args):
                pass

        return Handler

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


def _reread() -> None:
    def work() -> None:
        connection.set_schema_to_public()
        subscription_reread(agency_code=CODE)

    with_own_connection(work)


def _seven_at_stripe(fake: FakeStripe) -> None:
    v1 = fake.client.v1
    bought = v1.subscriptions.list({}).data[0]
    item = v1.subscription_items.list({"subscription": bought.id}).data[0]
    v1.subscriptions.update(bought.id, {"items": [{"id": item.id, "quantity": 7}]})


def _until_it_waits_or_ends(one: Future[None]) -> None:
    """Until that thread waits for the lock, or has not had to."""
    outside, never = outside_connection(), threading.Event()
    with outside.cursor() as cursor:
        for _look in range(60):
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if one.done() or cursor.fetchone():
                break
            never.wait(0.05)
    outside.close()


def test_an_older_answer_never_overwrites_a_newer_one(committed, line, fake_stripe):
    line.holds = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(_reread)
        assert line.heard.wait(timeout=5)
        _seven_at_stripe(fake_stripe)
        second = pool.submit(_reread)
        _until_it_waits_or_ends(second)
        line.let_go.set()
        first.result()
        second.result()

    assert in_thread(lambda: Subscription.objects.get(agency__code=CODE).seats) == 7
