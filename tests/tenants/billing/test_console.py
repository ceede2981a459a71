"""Plan and invoices in the console, as an administrator meets them."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.http import HttpResponse

from shared.accounts.enums import Role
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.ui.dates import day_text
from tenants.billing.models import Invoice, Subscription
from tenants.billing.services.payments import checkout_begin
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.models import Agency
from tests.agency_console.conftest import Console, console
from tests.public_portal.tracking.mailbox import deliver
from tests.support.factories import staff
from tests.support.sampling import in_turn, repeats
from tests.tenants.billing.paying import CARD_FAILS, DETAILS, Payer

__all__ = ["console"]

pytestmark = pytest.mark.django_db
# Nothing listens there.
NOWHERE = "http://127.0.0.1:9"
FILLED = {
    "legal_name": DETAILS.legal_name, "tax_id": "001 234 567 000 089", "address": DETAILS.address,
    "postal_code": "10000", "city": "Rabat", "email": DETAILS.email, "purchase_order": "BC-1",
}  # fmt: skip


@pytest.fixture
def administrator(console):
    """An administrator, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR, "boss@roads.example")


def token_on(page: HttpResponse) -> str:
    """The token of the page's form."""
    return re.search(r'name="token" value="([0-9a-f-]+)"', page.content.decode()).group(1)


def text(page: HttpResponse) -> str:
    """What is read in the middle of a page, in one line."""
    middle = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", middle)).split())


def order(console: Console, **changes: str) -> HttpResponse:
    """The form of seats, sent."""
    token = token_on(console.get("/billing/subscribe/"))
    values = {"seats": "5", "collection": "charge_automatically", "token": token, **changes}
    return console.post("/billing/subscribe/", values)


def owes(agency: Agency, days: int) -> None:
    """Owing since so many days."""
    Agency.objects.filter(pk=agency.pk).update(owes_since=clock.today() - timedelta(days=days))


@pytest.mark.parametrize(
    "path", ["", "next/", "details/", "subscribe/", "seats/", "ending/", "done/"]
)
@pytest.mark.parametrize("role", repeats([Role.AGENT, Role.SUPERVISOR], keep=1))
def test_only_administrators_open_the_pages(payer, console, role, path):
    console.sign_in_as(role, "somebody@roads.example")

    assert console.get(f"/billing/{path}").status_code == 403


def test_seats_are_taken_by_card_on_stripes_page(payer, console, administrator):
    console.post("/billing/details/?then", FILLED)

    page = order(console)
    link = re.search(r'href="([^"]+)" rel="noreferrer"', page.content.decode()).group(1)
    payer.fake.pay(unescape(link))
    back = console.get("/billing/done/")

    shown = text(console.get(back.url))
    assert "Paid" in shown
    assert "2 of 5" in shown
    assert re.search(r"600\.00\sMAD", shown)


def test_a_second_click_opens_the_same_page(payer, console, administrator):
    console.post("/billing/details/", FILLED)
    token = token_on(console.get("/billing/subscribe/"))
    values = {"seats": "5", "collection": "charge_automatically", "token": token}

    first, second = (console.post("/billing/subscribe/", values) for _click in range(2))

    links = [
        re.findall(r'href="([^"]+)" rel="noreferrer"', one.content.decode())
        for one in (first, second)
    ]
    assert links[0] == links[1] != []


def test_a_page_that_was_left_open_cannot_be_paid_beside_another_subscription(payer):
    customer = open_page(payer)
    payer.subscribe_by_transfer(seats=4)

    sessions = payer.fake.client.v1.checkout.sessions.list({"customer": customer}).data
    assert [one.status for one in sessions] == ["expired"]


def test_a_newer_page_closes_the_older_one(payer):
    customer = open_page(payer)
    open_page(payer)

    sessions = payer.fake.client.v1.checkout.sessions.list({"customer": customer}).data
    assert [one.status for one in sessions] == ["open", "expired"]


def open_page(payer: Payer) -> str:
    """Go as far as Stripe's page and pay nothing; the customer's number."""
    payer.fill_in()
    checkout_begin(
        agency=payer.agency, plan_code="seats", seats=5, language="fr",
        done_url="https://roads.example/done/", back_url="https://roads.example/",
        key=uuid4().hex, actor=SYSTEM,
    )  # fmt: skip
    return payer.row.customer_id


def test_by_transfer_the_seats_are_there_and_a_second_click_takes_none(
    payer, console, administrator
):
    console.post("/billing/details/", FILLED)
    token = token_on(console.get("/billing/subscribe/"))
    values = {"seats": "5", "collection": "send_invoice", "token": token}

    first = console.post("/billing/subscribe/", values)
    second = console.post("/billing/subscribe/", values)

    assert first.url == "/billing/"
    assert "A subscription is running already" in text(second)
    assert payer.row.seats == 5
    listed = payer.fake.client.v1.subscriptions.list({"customer": payer.row.customer_id})
    assert len(listed.data) == 1


@pytest.mark.parametrize("path", ["seats/", "ending/"])
def test_what_nobody_pays_for_cannot_be_changed(payer, console, administrator, path):
    assert console.get(f"/billing/{path}").url == "/billing/"


def test_who_pays_already_is_led_to_the_plan(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")

    assert console.get("/billing/subscribe/").url == "/billing/"


def test_fewer_seats_than_people_are_refused_with_what_to_do(payer, console, administrator):
    console.post("/billing/details/", FILLED)

    page = order(console, seats="1")

    assert "people who may sign in: 2, seats asked for: 1" in text(page)


def test_seats_are_changed_after_the_amount_was_shown(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    token = token_on(console.get("/billing/seats/"))

    shown = console.post("/billing/seats/", {"seats": "٧", "token": token})
    seen = re.search(r'name="seen" value="(-?\d+)"', shown.content.decode()).group(1)
    agreed = {"seats": "7", "token": token, "seen": seen}
    done = console.post("/billing/seats/", agreed)

    assert "What it costs" in text(shown)
    assert re.search(
        r"Total of the next invoice \(nothing is charged today\) 1\s080\.00\sMAD · [\w ]+ "
        r"Of this, for the rest of this month 240\.00\sMAD",
        text(shown),
    )
    assert done.url == "/billing/"
    assert payer.row.seats == 7


def test_an_amount_that_nobody_has_seen_is_not_agreed_to(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    token = token_on(console.get("/billing/seats/"))

    page = console.post("/billing/seats/", {"seats": "7", "token": token, "seen": "1"})

    assert "The amount has changed since you saw it" in text(page)
    assert payer.row.seats == 5


def test_the_next_invoice_is_shown_beside_the_page(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")

    page = text(console.get("/billing/next/"))

    assert re.search(r"600\.00\sMAD , if nothing changes before the invoice", page)


@pytest.mark.parametrize("path", repeats(["/billing/", "/billing/details/", "/staff/", "/"]))
def test_without_stripe_every_page_is_there(payer, console, administrator, settings, path):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    settings.STRIPE_API_URL = NOWHERE

    assert console.get(path).status_code == 200


def test_while_stripe_is_away_people_are_asked_to_try_later(
    payer, console, administrator, settings
):
    payer.fill_in()
    token = token_on(console.get("/billing/subscribe/"))
    settings.STRIPE_API_URL = NOWHERE
    values = {"seats": "17", "collection": "send_invoice", "token": token}

    page = console.post("/billing/subscribe/", values)

    assert "The payment service does not answer just now" in text(page)
    assert 'value="17"' in page.content.decode()
    assert Subscription.objects.get().status == "none"


def test_without_a_key_the_page_says_whom_to_ask(plans, console, administrator, settings):
    settings.STRIPE_SECRET_KEY = ""

    page = text(console.get("/billing/"))

    assert "Payment is not set up on this installation" in page
    assert "contact national oversight" in page
    assert "Buy seats" not in page


@pytest.mark.parametrize("ice", repeats(["12345678901234a", "1234567890123456", "", "1" * 14]))
def test_an_ice_has_fifteen_digits(payer, console, administrator, ice):
    page = console.post("/billing/details/", {**FILLED, "tax_id": ice})

    assert page.status_code == 200
    assert payer_details(payer.agency) == ""


def payer_details(agency: Agency) -> str:
    row = Subscription.objects.filter(agency=agency).first()
    return row.tax_id if row else ""


def test_digits_of_the_ice_may_stand_apart_and_be_arabic_indic(payer, console, administrator):
    console.post("/billing/details/", {**FILLED, "tax_id": "٠٠١٢٣٤٥٦٧ 000 089"})

    assert payer_details(payer.agency) == "001234567000089"


LATE = [
    (0, "within 30 days, these will be suspended until it is received: Adding staff ·"),
    (29, "within 1 day, these will be suspended until it is received: Adding staff ·"),
    (30, "Until the payment is received, these are suspended: Adding staff ·"),
]


@pytest.mark.parametrize(
    ("path", "days", "said"), in_turn(["/", "/reports/", "/setup/", "/billing/"], LATE)
)
def test_a_late_payment_is_said_on_every_page_with_the_days_left(
    payer, console, administrator, path, days, said
):
    owes(payer.agency, days)

    page = text(console.get(path))

    assert said in page
    assert "Citizens are served as before" in page


def test_who_cannot_pay_is_told_without_a_link(payer, console):
    console.client.cookies["language"] = "en"
    console.sign_in_as(Role.AGENT, "somebody@roads.example")
    owes(payer.agency, 3)

    page = console.get("/")

    assert "A payment of your administration is late" in text(page)
    assert "/billing/" not in page.content.decode()


def test_another_agencys_debt_is_not_said_here(payer, console, administrator, water):
    owes(water, 40)

    assert "payment of your administration is late" not in text(console.get("/"))


def test_figures_wait_beyond_the_days_of_grace_but_not_their_file(payer, console, administrator):
    owes(payer.agency, 29)
    before = console.get("/reports/").content.decode()
    owes(payer.agency, 30)

    page = console.get("/reports/")

    assert "How to read these figures" in before
    assert "How to read these figures" not in page.content.decode()
    assert "The figures are not shown" in text(page)
    assert console.get("/reports/download/").status_code == 200


def test_beyond_the_days_of_grace_a_colleague_is_refused_in_words(payer, console, administrator):
    owes(payer.agency, 30)
    new = {"name": "Samira Test", "email": "samira@roads.example", "role": "agent"}

    page = console.post("/staff/add/", new)

    assert "This extra function is suspended until the late payment has come" in text(page)


def test_a_full_plan_is_said_with_its_name_and_numbers(payer, console, administrator):
    staff(payer.agency, Role.AGENT)
    new = {"name": "Samira Test", "email": "samira@roads.example", "role": "agent"}

    console.post("/staff/add/", new)
    page = console.post("/staff/add/", {**new, "email": "second@roads.example"})

    assert "(Small communes; seats: 3, people who may sign in: 3)" in text(page)


def test_what_waits_and_what_never_does_is_the_table_itself(payer, console, administrator):
    page = text(console.get("/billing/"))

    waits = page[page.index("these are suspended") : page.index("These never depend")]
    kept = page[page.index("These never depend") :]
    assert "Adding staff" in waits
    assert "Citizens file requests" in kept
    assert "Citizens" not in waits


def test_the_next_invoice_is_fetched_without_taking_the_title_of_its_page(
    payer, console, administrator
):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")

    page = console.get("/billing/").content.decode()

    assert 'hx-swap="innerHTML"' in page
    assert '"ignoreTitle": true' in page


def test_an_invoice_that_is_late_says_so(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    payer.card(CARD_FAILS)
    payer.fake.advance(days=32)
    subscription_reread(agency_code="roads")

    page = text(console.get("/billing/"))

    invoice = Invoice.objects.get(status="open")
    assert "A payment is late" in page
    assert "To be paid" in page
    assert page.count("The card is charged automatically. If that fails, press “Pay”.") == 1
    assert page.count("No last day") == Invoice.objects.filter(status="paid").count() > 0
    assert f"late Invoice {invoice.number} , 600.00" in page
    letter = deliver()[-1]
    assert f"الفاتورة {invoice.number} بمبلغ 600,00\xa0درهم" in letter.body
    assert day_text(invoice.created_at, language="ar") in letter.body
    assert "Current month until" in page
    assert "Paid until" not in page


def test_papers_at_stripe_are_reached_by_a_link(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    token = token_on(console.get("/billing/"))

    page = console.post("/billing/portal/", {"token": token})

    assert f'href="{payer.fake.url}/' in page.content.decode()


STANDS = [
    {"state": "active"},
    {"state": "suspended", "state_reason": "x"},
    {"state": "archived", "state_reason": "x"},
    {"taken_over_at": "2026-11-01T00:00:00Z"},
    {"owes_since": "2026-01-01"},
]


@pytest.mark.parametrize(("changes", "path"), in_turn(STANDS, ["", "details/", "next/"]))
def test_whoever_is_shut_out_can_still_pay(payer, console, administrator, changes, path):
    Agency.objects.filter(pk=payer.agency.pk).update(**changes)

    assert console.get(f"/billing/{path}").status_code == 200
