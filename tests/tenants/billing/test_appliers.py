"""Two workers apply events of one agency at once, and one of them has heard an older answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tenants.billing.models import Subscription
from tenants.billing.services.stripe_sync import subscription_reread
from tests.tenants.billing.slow_line import CODE, committed, line
from tests.tenants.billing.stripe_server import FakeStripe
from tests.tenants.isolation.committed import in_thread, with_own_connection

__all__ = ["committed", "line"]


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


@pytest.mark.all_cores
@pytest.mark.slow
def test_an_older_answer_never_overwrites_a_newer_one(committed, line, fake_stripe):
    line.holds = "GET /v1/subscriptions?"
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(_reread)
        assert line.heard.wait(timeout=5)
        _seven_at_stripe(fake_stripe)
        pool.submit(_reread).result()
        line.let_go.set()
        first.result()

    assert in_thread(lambda: Subscription.objects.get(agency__code=CODE).seats) == 7
