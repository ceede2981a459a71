"""The pages of the fake Stripe, as a person meets them, and the command that serves them."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import stripe
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from tests.fake_stripe.scenes import shop
from tests.tenants.billing.stripe_server import (
    DECLINED,
    FAILS_LATER,
    GOOD,
    FakeStripe,
    fake_server,
    fake_stripe,
)

__all__ = ["fake_server", "fake_stripe", "shop"]
ROOT = Path(__file__).resolve().parents[2]
WARNING = {
    "ar": "لا بطاقة حقيقية هنا", "fr": "aucune carte n’est réelle", "en": "no card is real",
}  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_speaks_the_language_of_its_session_and_says_what_it_is(shop, language):
    session = shop.page(locale=language)

    text = shop.fake.page(session.url, language="en")

    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert WARNING[language] in text
    assert "360.00 MAD" in text


def test_without_a_wish_the_browser_decides(shop):
    session = shop.page()

    assert '<html lang="fr"' in shop.fake.page(session.url, language="de, fr-MA;q=0.9")
    assert '<html lang="en"' in shop.fake.page(session.url, language="de")


def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(shop):
    text = shop.fake.page(shop.page().url)

    assert "<script" not in text
    assert "style=" not in text
    assert text.count("src=") == 0
    assert 'href="/assets/page.css"' in text
    assert "max-inline-size" in shop.fake.page("/assets/page.css")


def test_names_cannot_break_out_of_the_page(shop):
    shop.product = shop.v1.products.create({"name": "<b>Plan</b>"})
    shop.price = shop.price_of(100)

    text = shop.fake.page(shop.page().url)

    assert "&lt;b&gt;Plan&lt;/b&gt;" in text
    assert "<b>" not in text


def test_no_card_and_an_invented_one_are_asked_again(shop):
    session = shop.page()

    assert shop.fake.submit(f"/c/pay/{session.id}", {})[0] == 402
    assert shop.fake.pay(session.url, "1234")[0] == 402
    assert shop.fake.pay(session.url, DECLINED)[0] == 402
    assert shop.fake.pay(session.url, GOOD)[0] == 303


def test_in_the_portal_one_ends_the_subscription_and_takes_that_back(shop):
    subscription = shop.bought()
    path = portal(shop, subscription).removeprefix(shop.fake.url)
    form = {"id": subscription.id}

    ended = shop.fake.submit(f"{path}/cancel", form), state(shop, subscription)
    resumed = shop.fake.submit(f"{path}/resume", form), state(shop, subscription)

    assert ended == ((200, None), True)
    assert resumed == ((200, None), False)


def portal(shop, subscription):
    session = shop.v1.billing_portal.sessions.create({
        "customer": subscription.customer, "return_url": "https://insaf.example/billing/",
        "locale": "en",
    })  # fmt: skip
    return session.url


def state(shop, subscription):
    return shop.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end


def test_the_portal_of_one_customer_cannot_touch_another(shop):
    mine, others = shop.bought(), shop.bought()
    path = portal(shop, mine).removeprefix(shop.fake.url)

    shop.fake.submit(f"{path}/cancel", {"id": others.id})

    assert state(shop, others) is False


def test_a_new_card_in_the_portal_is_charged_from_then_on(shop):
    subscription = shop.bought(card=FAILS_LATER)
    url = portal(shop, subscription)

    declined = shop.fake.pay(f"{url}/card", DECLINED)
    saved = shop.fake.pay(f"{url}/card", GOOD)
    shop.fake.advance(days=32)

    assert (declined[0], saved[0]) == (402, 200)
    assert "•••• 4242" in shop.fake.page(url)
    assert [one.status for one in shop.invoices()] == ["paid", "paid"]


def test_the_portal_shows_the_invoices_and_the_way_back(shop):
    subscription = shop.bought()
    invoice = shop.v1.invoices.retrieve(subscription.latest_invoice)

    text = shop.fake.page(portal(shop, subscription))

    assert invoice.number in text
    assert f'href="/i/{invoice.id}"' in text
    assert 'href="https://insaf.example/billing/"' in text


def test_an_invoice_has_a_page_and_a_paper(shop):
    fields = [{"name": "ICE", "value": "001234567000089"}]
    subscription = shop.subscribed(
        shop.customer(invoice_settings={"custom_fields": fields}),
        collection_method="send_invoice", days_until_due=30,
    )  # fmt: skip
    invoice = shop.v1.invoices.send_invoice(subscription.latest_invoice)

    paper = paper_of(shop.fake, invoice)
    before = shop.fake.page(invoice.hosted_invoice_url)
    answer = shop.fake.pay(f"{invoice.hosted_invoice_url}/pay")
    after = shop.fake.page(invoice.hosted_invoice_url)

    assert f"INVOICE {invoice.number}" in paper
    assert "DUE 360.00 MAD" in paper
    assert "ICE: 001234567000089" in paper
    assert "<bdi>001234567000089</bdi>" in before
    assert f"<title>Invoice {invoice.number}</title>" in before
    assert "Pay this invoice by card" in before
    assert (answer[0], shop.v1.invoices.retrieve(invoice.id).status) == (200, "paid")
    assert "Pay this invoice by card" not in after


def paper_of(fake, invoice):
    with fake.opened(invoice.invoice_pdf) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        return PdfReader(io.BytesIO(answer.read())).pages[0].extract_text()


@pytest.mark.parametrize("path", ["/", "/c/pay/cs_test_none", "/p/session", "/i/in_none/pdf"])
def test_an_address_nobody_gave_out_is_no_page(fake_stripe, path):
    assert fake_stripe.submit(path, {})[0] == 404


@pytest.mark.slow
def test_the_command_serves_until_it_is_asked_to_end_and_remembers(tmp_path):
    kept = tmp_path / "stripe.json"

    first, server = served(kept)
    made = server.client.v1.customers.create({"name": "H"})
    ended = stopped(first)
    second, server = served(kept)
    read = server.client.v1.customers.retrieve(made.id)

    assert (ended, stopped(second)) == (0, 0)
    assert read.name == "H"


def test_the_command_says_when_its_port_is_taken(fake_server):
    taken = fake_server.http.server_address[1]

    with pytest.raises(CommandError) as refusal:
        call_command("run_fake_stripe", port=taken)

    assert str(refusal.value) == f"port {taken} cannot be used: Address already in use"


def served(kept):
    command = [sys.executable, "manage.py", "run_fake_stripe", "--state", str(kept),
               "--webhook-secret", "whsec_x"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               env=os.environ | {"STRIPE_SECRET_KEY": ""})  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    url = line.split("listens on ")[1].split()[0]
    return process, FakeStripe(url=url, key="sk_test_stand_in", secret="whsec_x")


def stopped(process):
    process.send_signal(signal.SIGTERM)
    with process:
        return process.wait(timeout=20)


def test_the_library_finds_no_control_endpoint_of_the_stand_in_under_the_api(fake_stripe):
    with pytest.raises(stripe.InvalidRequestError):
        fake_stripe.client.raw_request("post", "/v1/_fake/reset")
