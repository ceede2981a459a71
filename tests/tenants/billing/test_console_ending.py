"""How a subscription ends, and who cannot have one."""

import re

import pytest
from django.http import HttpResponse

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.ui.dates import day_text
from tenants.billing.errors import AgreementCovers
from tenants.billing.models import Invoice, Subscription
from tenants.billing.selectors import subscription_summary
from tenants.billing.services.stripe_sync import subscription_reread
from tests.agency_console.conftest import console
from tests.support.factories import staff
from tests.support.sampling import repeats
from tests.tenants.billing.test_console import administrator, text, token_on

__all__ = ["administrator", "console"]

pytestmark = pytest.mark.django_db


def ends_on(page: HttpResponse) -> str:
    """Whether the page's button ends the subscription."""
    return re.search(r'name="ends" value="(yes|no)"', page.content.decode()).group(1)


def test_the_end_is_asked_for_and_taken_back(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")

    states = []
    for _turn in range(2):
        page = console.get("/billing/ending/")
        console.post("/billing/ending/", {"token": token_on(page), "ends": ends_on(page)})
        states.append(payer.row.ends_at_period_end)

    assert states == [True, False]


def test_who_presses_end_after_a_colleague_did_does_not_take_it_back(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    pages = [console.get("/billing/ending/") for _colleague in range(2)]

    for page in pages:
        console.post("/billing/ending/", {"token": token_on(page), "ends": ends_on(page)})

    assert payer.row.ends_at_period_end is True
    assert AuditEntry.objects.filter(action="billing.end_asked").count() == 1


@pytest.mark.parametrize(
    ("status", "said"),
    repeats(
        [
            ("active", "Why national oversight is ending your subscription The contract is over."),
            (
                "canceled",
                "Why national oversight ended your paid subscription The contract is over.",
            ),
        ],
        keep=1,
    ),
)
def test_why_oversight_ends_it_is_read_before_and_after(
    payer, console, administrator, status, said
):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    Subscription.objects.update(status=status, end_reason="The contract is over.")

    assert said in text(console.get("/billing/"))


def test_who_has_chosen_the_transfer_is_not_said_to_have_paid(payer, console, administrator):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=1)
    subscription_reread(agency_code="roads")

    page = text(console.get("/billing/"))

    due = Invoice.objects.get().due_at
    assert due is not None
    row = console.get("/billing/").content.decode()
    assert f'data-label="Last day to pay">{day_text(due)}' in row
    assert "Running · to be paid by bank transfer, on invoice" in page
    assert "Paid" not in page


def test_what_is_said_of_tax_stands_beside_the_price(payer, console, administrator):
    payer.fill_in()

    pages = [text(console.get(path)) for path in ("/billing/", "/billing/subscribe/")]

    assert all("et amount; the invoice carries no VAT" in page for page in pages)


def test_more_people_than_seats_are_so_many_too_many(payer, console, administrator):
    for number in range(4):
        staff(payer.agency, Role.AGENT, f"agent{number}@roads.example")

    used = subscription_summary(payer.agency).seats_used
    page = text(console.get("/billing/"))

    assert f"{used} of 3 · {used - 3} too many" in page
    assert "All seats are taken" not in page


def test_under_the_national_agreement_nothing_is_sold(payer, console, administrator):
    payer.fill_in()
    Subscription.objects.filter(agency=payer.agency).update(plan="national")

    answer = console.get("/billing/subscribe/")

    assert (answer.status_code, answer.url) == (302, "/billing/")
    with pytest.raises(AgreementCovers):
        payer.subscribe_by_transfer()
