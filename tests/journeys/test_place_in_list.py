"""From the second page of a list to a case, to the next one, and back to the same line."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.citizen import file_case
from tests.journeys.officers import officer
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

# The agency in which no other test counts cases.
CODE = "interior"
HOST = f"{CODE}.localhost"
PAGE_SIZE = 50
QUERY = "view=open&q=streetlamp&language=fr&kind=complaint&sort=oldest"


def lines(page: Page) -> list[str]:
    found: list[str] = page.locator("[data-row] input").evaluate_all(
        "all => all.map(one => one.value)"
    )
    return found


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_back_and_next_keep_view_filters_words_page_and_line(chromium: Browser, site: Site):
    context = officer(chromium, site, "supervisor", code=CODE)
    filed = [
        file_case(context.request, site, organisation=CODE, subject=f"Streetlamp {number}")
        for number in range(PAGE_SIZE + 5)
    ]
    # What the filters and the words leave out.
    for changes in ({"language": "ar"}, {"kind": "proposal"}, {"subject": "Bench"}):
        file_case(
            context.request, site, **{"organisation": CODE, "subject": "Streetlamp", **changes}
        )
    page = context.new_page()
    page.goto(site.url(f"/?{QUERY}", HOST))
    first = lines(page)
    page.locator("#page-next").click()
    page.wait_for_url(lambda url: "after=" in url)
    second, address = lines(page), asked(page)
    assert [*first, *second] == [one.reference for one in filed]

    page.locator(f"#open-{second[1]}").click()
    page.wait_for_url("**/cases/**")
    assert second[1] in page.url
    expect(page.locator(".case-place .number")).to_have_text(f"{PAGE_SIZE + 2}/{len(filed)}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/cases/{second[2]}/**")
    page.keyboard.press("u")
    page.wait_for_url(lambda url: "/cases/" not in url)

    assert lines(page) == second
    assert {name: asked(page).get(name) for name in address} == address
    expect(page.locator("[data-here]")).to_have_attribute("id", f"row-{second[2]}")
    expect(page.locator(f"#open-{second[2]}")).to_be_focused()
    expect(page.locator('input[name="q"]').first).to_have_value("streetlamp")
    page.keyboard.press("k")
    expect(page.locator("[data-here]")).to_have_attribute("id", f"row-{second[1]}")

    # The browser's own button leads to the same.
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{second[1]}/**")
    page.go_back()
    assert lines(page) == second
    context.close()
