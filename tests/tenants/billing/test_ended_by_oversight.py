"""An operator ends what an agency pays for: on two pages, with a reason that its people read."""

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.mail.models import Mail
from tenants.billing.errors import PaymentNotPossible
from tenants.billing.models import Subscription
from tenants.billing.services import stripe_client
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.fleet.services.lifecycle.states import agency_archive
from tests.public_portal.tracking.mailbox import deliver
from tests.support.sampling import repeats
from tests.tenants.billing.test_console import token_on
from tests.tenants.billing.test_oversight import get, post, signed_in
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db
END = "/agencies/roads/billing/end/"
WHY = "The communes were merged in January."


@pytest.fixture
def paying(payer, client):
    """An agency that pays for five seats; an operator is signed in."""
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.OPERATOR)
    Mail.objects.all().delete()
    return payer


def end(client, when: str, **more: str):
    return post(client, END, token=token_on(get(client, END)), when=when, reason=WHY, **more)


def test_what_follows_is_read_before_anything_is_done(paying, client):
    page = end(client, "now").content.decode()

    assert "It ends at once" in page
    assert WHY in page
    assert paying.row.status == "active"
    assert not AuditEntry.objects.filter(action="billing.ended_by_oversight").exists()


def test_at_once_it_is_over_and_its_administrators_read_why(paying, client):
    answer = end(client, "now", confirmed="yes")

    letter = deliver()[-1]
    assert answer.url == "/agencies/roads/billing/"
    assert (paying.row.status, paying.row.plan_id) == ("canceled", "free")
    assert letter.to == ["administrator@roads.example"]
    assert WHY in letter.body
    noted = AuditEntry.objects.get(action="billing.ended_by_oversight")
    assert (noted.actor_label, noted.subject) == ("Op", "agency roads at once")
    assert WHY in get(client, "/agencies/roads/billing/").content.decode()


def test_with_its_period_it_ends_later_and_why_is_told(paying, client):
    end(client, "period", confirmed="yes")

    assert (paying.row.status, paying.row.ends_at_period_end) == ("active", True)
    assert paying.told() == ["ending"]
    assert WHY in deliver()[-1].body


def test_an_end_that_is_taken_back_is_told_without_the_old_reason(paying, client):
    end(client, "period", confirmed="yes")
    paying.ending(ends=False)
    paying.ending(ends=True)

    letters = Mail.objects.filter(letter="billing").order_by("queued_at", "id")
    told = [(letter.context["what"], letter.context["reason"]) for letter in letters]
    assert told == [("ending", WHY), ("resumed", ""), ("ending", "")]


def test_what_stripe_refuses_leaves_no_reason_behind(paying, client, monkeypatch):
    def refuse(**_asked: object) -> None:
        raise PaymentNotPossible

    monkeypatch.setattr(stripe_client, "subscription_cancel", refuse)

    page = end(client, "now", confirmed="yes")

    assert page.status_code == 200
    assert (paying.row.status, paying.row.end_reason) == ("active", "")


@pytest.mark.parametrize(("when", "reason"), repeats([("now", "short"), ("", WHY)], keep=1))
def test_it_is_not_done_without_a_reason_and_a_time(paying, client, when, reason):
    token = token_on(get(client, END))

    page = post(client, END, token=token, confirmed="yes", when=when, reason=reason)

    assert page.status_code == 200
    assert paying.row.status == "active"


def test_where_nothing_runs_there_is_nothing_to_end(plans, roads, client):
    signed_in(client, Role.OPERATOR)

    assert "no active subscription to end" in get(client, END).content.decode()


def test_an_analyst_ends_nothing(plans, roads, client):
    signed_in(client, Role.ANALYST)

    assert post(client, END, when="now").status_code == 403


def test_whoever_archives_reads_that_a_subscription_runs_and_where_it_ends(paying, water, client):
    workspace = "/agencies/roads/workspace/"
    before = get(client, f"{workspace}archive/").content.decode()
    agency_archive(agency_code="roads", reason=WHY, successor_code=water.code, actor=OPERATOR)
    after = [get(client, path).content.decode() for path in (workspace, f"{workspace}destroy/")]

    assert all(END in page for page in (before, *after))
    Subscription.objects.update(status="canceled")
    assert END not in get(client, workspace).content.decode()
