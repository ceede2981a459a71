"""The table of the administrations on the narrowest telephone: every number is on the screen."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.seen import WIDTHS
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

# What of the cells lies beyond the screen, or has no room.
HIDDEN = """() => [...document.querySelectorAll("main table tbody :is(th, td)")]
    .filter((cell) => {
        const box = cell.getBoundingClientRect();
        const isOn = box.left >= 0 && box.right <= innerWidth && box.height > 0;
        return cell.checkVisibility() && !(isOn && cell.scrollWidth <= cell.clientWidth);
    }).map((cell) => cell.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("path", ["statistics/", "statistics/health/"])
def test_every_number_of_the_figures_is_on_the_screen(
    site: Site, chromium: Browser, language: str, path: str
):
    context = chromium.new_context(viewport=WIDTHS[0])
    page = context.new_page()

    page.goto(site.url(f"/{language}/{path}"))
    for twin in page.locator("details.chart-twin").all():
        twin.locator("summary").click()

    assert page.locator("main table tbody td").count() > 0
    assert page.evaluate(HIDDEN) == []
    context.close()


def test_the_headings_of_the_stacked_rows_are_still_headings(site: Site, chromium: Browser):
    context = chromium.new_context(viewport=WIDTHS[0])
    page = context.new_page()

    page.goto(site.url("/fr/statistics/"))

    table = page.locator("table.intervals")
    expect(table.get_by_role("columnheader")).to_have_count(8)
    expect(table.get_by_role("rowheader")).not_to_have_count(0)
    context.close()
