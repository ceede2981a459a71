"""Seats are paid for on Stripe's page and one more is taken, by an administrator at a phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.barriers import barriers, examined
from tests.journeys.officers import enter
from tests.journeys.site import Site
from tests.journeys.steps import follow, press

pytestmark = pytest.mark.browser
HOST = "health.localhost"
# Nine seats at 120 dirhams.
MONTH = re.compile(r"1\D?080[.,]00")
DETAILS = {
    "legal_name": "وزارة الصحة", "tax_id": "001234567000089", "address": "335، شارع محمد الخامس",
    "postal_code": "10000", "city": "الرباط", "email": "factures@health.example",
}  # fmt: skip


@pytest.fixture
def page(chromium: Browser, site: Site):
    """A narrow window in Arabic."""
    context = examined(chromium.new_context(viewport={"width": 320, "height": 800}))
    context.add_cookies([{"name": "language", "value": "ar", "url": site.url("/", HOST)}])
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    assert barriers(page) == [], page.url
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, page.url


def seats_of(page: Page) -> str:
    """How many seats are there, as the page of the plan says."""
    shown = page.locator("dd", has=page.locator("meter.use-meter")).first.inner_text()
    return str(re.findall(r"\d+", shown)[1])


def test_seats_are_bought_and_one_more_is_taken(page: Page, site: Site):
    enter(page.context, site, "administrator")
    page.goto(site.url("/billing/", HOST))
    look(page)

    follow(page.locator('a[href="/billing/subscribe/"]'))
    for name, value in DETAILS.items():
        page.locator(f'[name="{name}"]').fill(value)
    press(page)
    page.locator('[name="seats"]').fill("٩")
    page.locator('label[for="id_collection_0"]').click()
    press(page)
    follow(page.locator('a[rel="noreferrer"]'))
    assert "/c/pay/" in page.url
    assert MONTH.search(page.locator("body").inner_text())
    page.get_by_role("button").click()
    page.wait_for_url(site.url("/billing/?paid", HOST))

    assert seats_of(page) == "9"
    expect(page.locator(".work-table tbody tr")).to_have_count(1)
    expect(page.locator("#next-invoice")).to_contain_text(MONTH)
    look(page)
    follow(page.locator('a[href="/billing/seats/"]'))
    page.locator('[name="seats"]').fill("10")
    press(page)
    look(page)
    press(page)

    assert page.url == site.url("/billing/", HOST)
    assert seats_of(page) == "10"
