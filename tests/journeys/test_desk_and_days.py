"""At the counter, on oversight's calendar, and day by day: real pages, narrow and wide, both ways.

Axe finds no barrier, nothing scrolls sideways, and what is printed is the paper alone.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.barriers import barriers, examined
from tests.journeys.officers import enter
from tests.journeys.site import Site
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 800}
HOST = "health.localhost"
WAYS = pytest.mark.parametrize(("language", "size"), [("ar", NARROW), ("fr", WIDE)])


@pytest.fixture
def page(chromium: Browser, language: str, size: ViewportSize, site: Site):
    """A window in one language."""
    context = examined(chromium.new_context(viewport=size))
    for host in (HOST, "oversight.localhost"):
        context.add_cookies([{"name": "language", "value": language, "url": site.url("/", host)}])
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    assert barriers(page) == [], page.url
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, page.url


def fill_in(page: Page) -> None:
    for name, value in (("channel", "counter"), ("kind", "complaint"), ("consent", "signed")):
        page.locator(f'input[name="{name}"][value="{value}"]').check()
    page.locator('input[name="language"][value="ar"]').check()
    for name, text in (
        ("subject", "انتظار سبع ساعات"),
        ("body", "انتظرت سبع ساعات في المستعجلات دون أن يراني طبيب."),
        ("name", "مواطن تجريبي"),
        ("phone", "0612345678"),
    ):
        page.locator(f'main [name="{name}"]').fill(text)


@WAYS
def test_an_officer_files_at_the_counter_and_the_person_follows_it(page, site, language):
    enter(page.context, site, "agent")
    page.goto(site.url("/desk/", HOST))
    look(page)
    follow(page.locator('main a[href*="organisation=health"]').first)
    look(page)
    follow(page.locator('button[name="check"]'))
    assert page.locator(".error-summary").is_visible()
    look(page)
    fill_in(page)
    follow(page.locator('button[name="check"]'))
    look(page)
    follow(page.locator('button[name="send"]'))
    assert page.url == site.url("/desk/receipt/", HOST)
    look(page)
    paper = page.locator("article.card")
    assert paper.get_attribute("dir") == "rtl"
    (reference,) = re.findall(r"\d{4} \d{4} \d{4} \d{4}", paper.inner_text())
    (code,) = re.findall(r"(?:\d\d-){7}\d\d", paper.inner_text())
    page.emulate_media(media="print")
    assert paper.is_visible()
    assert page.locator(".screen-only:visible").count() == 0
    assert not page.locator(".office-side").is_visible()
    page.emulate_media(media="screen")

    page.goto(site.url(f"/{language}/track/"))
    page.locator('[name="reference"]').fill(reference)
    page.locator('[name="secret"]').fill(code)
    follow(page.locator("main form button").first)
    look(page)
    follow(page.locator('a[href$="/case/days/"]'))
    assert page.locator("table.ledger tbody tr").count() == 1
    look(page)


@WAYS
def test_an_officer_reads_both_clocks_day_by_day(page, site, language):
    enter(page.context, site, "agent")
    page.goto(site.url("/?view=overdue", HOST))
    follow(page.locator('main a[href*="/cases/"]').first)
    look(page)
    follow(page.locator('a[href*="/days/"]').first)
    assert page.locator("table.ledger tbody tr").count() > 60
    look(page)


@WAYS
def test_oversight_keeps_the_holidays(page, site, language):
    enter(page.context, site, "analyst", code="oversight")
    page.goto(site.url("/holidays/", "oversight.localhost"))
    look(page)
    follow(page.locator('main a[href*="year="]').last)
    follow(page.locator('form[action*="/confirm/"] button').first)
    look(page)
    follow(page.locator('a[href*="/move/"]').first)
    look(page)
    page.goto(site.url("/holidays/add/", "oversight.localhost"))
    look(page)
