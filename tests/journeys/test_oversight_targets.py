"""What is touched on oversight's pages is as large as a thumb, on the narrowest telephone."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.barriers import barriers
from tests.journeys.officers import enter
from tests.journeys.seen import THUMB, WIDTHS
from tests.journeys.site import Site
from tests.journeys.test_narrow_tables import HIDDEN

pytestmark = pytest.mark.browser

HOST = "oversight.localhost"
ROLES = {
    "analyst": (
        "/", "/agencies/health/", "/refusals/", "/reviews/", "/competence/", "/overdue/",
        "/holidays/", "/holidays/add/",
        "/identity/", "/answers/", "/answers/add/", "/answers/searches/", "/workspaces/",
        "/workspaces/decided/", "/agencies/", "/agencies/health/workspace/",
    ),
    "operator": (
        "/agencies/", "/agencies/health/workspace/", "/agencies/health/billing/",
        "/workspaces/bulk/", "/workspaces/restore/", "/workspaces/", "/jobs/",
        "/billing/events/", "/page-costs/",
    ),
}  # fmt: skip
# A link among other words is as high as its line (WCAG 2.5.8 leaves those out).
SMALL = """
    thumb => [...document.querySelectorAll(
        "a[href], button, select, summary, input:not([type=hidden]), textarea"
    )].filter(one => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && !one.closest("[aria-hidden=true], .visually-hidden, .skip")
    ).filter(one => {
        if (one.tagName !== "A" || getComputedStyle(one).display !== "inline") return true;
        const around = one.closest("p, li, td, th, dd, div").cloneNode(true);
        for (const link of around.querySelectorAll("a")) link.remove();
        return around.textContent.replace(/[\\s·,.:]/g, "") === "";
    }).map(one => {
        // Whoever touches a label touches its control.
        const boxes = [one, ...(one.labels || [])].map(part => part.getBoundingClientRect());
        const size = ["width", "height"].map(side => Math.max(...boxes.map(box => box[side])));
        return [Math.round(Math.min(...size)), one.outerHTML.slice(0, 120)];
    }).filter(([size]) => size > 2 && size < thumb).map(String)
"""


@pytest.fixture
def page(site: Site, chromium: Browser) -> Iterator[Page]:
    """A page of a visitor with a telephone."""
    context = chromium.new_context(viewport=WIDTHS[0])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("role", ROLES)
def test_every_control_is_as_large_as_a_thumb(page: Page, site: Site, role: str, language: str):
    paths = ROLES[role]
    enter(page.context, site, role, code="oversight")
    page.context.add_cookies([{"name": "language", "value": language, "url": site.url("/", HOST)}])
    wrong: list[str] = []

    # What the first row of a list leads to is looked at as well.
    for path in [*paths, *first_rows(page, site, paths)]:
        page.goto(site.url(path, HOST))
        assert urlsplit(page.url).path == urlsplit(path).path
        wrong += [f"{path}: {one}" for one in page.evaluate(SMALL, THUMB)]
        # The same elements stand there in each language: axe judges them once.
        if language == "ar":
            wrong += [f"{path}: {line}" for line in barriers(page)]
        if page.evaluate("document.documentElement.scrollWidth") > WIDTHS[0]["width"]:
            wrong.append(f"{path}: wider than the screen")

    assert wrong == []


# The lists of the demonstration that have a row.
STACKED = ("/competence/",)


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_cell_of_a_stacked_list_is_on_the_screen(page: Page, site: Site, language: str):
    enter(page.context, site, "analyst", code="oversight")
    page.context.add_cookies([{"name": "language", "value": language, "url": site.url("/", HOST)}])

    for path in STACKED:
        page.goto(site.url(path, HOST))
        assert page.locator("main table tbody td").count() > 0
        assert page.evaluate(HIDDEN) == []


def first_rows(page: Page, site: Site, paths: Iterable[str]) -> list[str]:
    """The pages behind the first row of each list."""
    found = []
    for path in paths:
        page.goto(site.url(path, HOST))
        for row in page.locator("main tbody tr").first.locator("a[href^='/']").all():
            found.append(str(row.get_attribute("href")))
    return sorted(set(found) - set(paths))
