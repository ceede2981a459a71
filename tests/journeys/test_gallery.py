"""The look, judged by a real browser: every component, both directions, narrow and wide."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.journeys.barriers import examined
from tests.journeys.seen import WIDTHS, Seen
from tests.journeys.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One visitor for the whole module."""
    context = examined(chromium.new_context())
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of that visitor."""
    page = context.new_page()
    yield page
    page.close()


# The pages of citizens and of offices: tests/journeys/test_rows_everywhere.py.
@pytest.mark.parametrize(
    ("language", "judged"), [("ar", WIDTHS[:1]), ("fr", WIDTHS[1:]), ("en", ())]
)
@pytest.mark.parametrize("address", ["/gallery/?language={}", "/gallery/console/?language={}"])
def test_the_gallery_has_no_known_barrier_and_never_scrolls_sideways(
    site: Site, page: Page, address: str, language: str, judged: tuple[ViewportSize, ...]
):
    seen = Seen()

    seen.look(page, site.url(address.format(language)), judged)

    assert seen.barriers == []
    assert seen.wide == []


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
