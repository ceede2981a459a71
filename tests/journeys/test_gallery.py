"""The look, judged by a real browser: every component, both directions, narrow and wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.barriers import barriers
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

PAGES = ("/gallery/?language={}", "/gallery/console/?language={}", "/{}/", "/{}/about/", "/{}/zzz/")
NARROW: ViewportSize = {"width": 320, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A narrow window."""
    context = chromium.new_context(viewport=NARROW)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "size"), [("ar", NARROW), ("fr", WIDE)], ids=["ar", "fr"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_known_barrier(
    site: Site, page: Page, address: str, language: str, size: ViewportSize
):
    page.set_viewport_size(size)
    page.goto(site.url(address.format(language)))

    assert barriers(page) == []


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_narrow_page_never_scrolls_sideways(site: Site, page: Page, address: str, language: str):
    page.goto(site.url(address.format(language)))

    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )

    assert overflow == 0


def test_the_groups_of_a_reference_keep_their_order_in_arabic(site: Site, page: Page):
    page.goto(site.url("/gallery/?language=ar"))

    places = page.locator(".ref").first.evaluate(
        """element => [0, 5, 10, 15].map(start => {
            const range = document.createRange();
            range.setStart(element.firstChild, start);
            range.setEnd(element.firstChild, start + 4);
            return range.getBoundingClientRect().left;
        })"""
    )

    assert places == sorted(places)


def test_pages_obey_their_own_content_policy_and_fetch_from_no_other_host(
    site: Site, chromium: Browser
):
    context = chromium.new_context()
    page = context.new_page()
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))

    for path in ("/ar/", "/fr/organisations/", "/gallery/", "/gallery/console/", "/outbox/"):
        page.goto(site.url(path), wait_until="networkidle")

    assert complaints == []
    assert hosts == {f"localhost:{site.port}"}
    context.close()
