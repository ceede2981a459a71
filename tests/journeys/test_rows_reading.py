"""C16: what is touched is as large as a thumb, and letters of twice the size need no more room."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.site import Site
from tests.journeys.test_rows_everywhere import PUBLIC

pytestmark = pytest.mark.browser

THUMB = 44
# A link within a sentence is as high as its line (WCAG 2.5.8 leaves those out).
SMALL = """
    thumb => [...document.querySelectorAll(
        "button, .button, nav a, select, summary, input:not([type=hidden]), textarea," +
        "th > a, h2 > a, h3 > a, .link-line > a, .chart-file > a"
    )].filter(one => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && !one.closest("[aria-hidden=true], .visually-hidden, .skip")
    ).map(one => {
        // Whoever touches a label touches its control.
        const parts = [one, ...(one.labels || [])];
        const height = Math.max(...parts.map(part => part.getBoundingClientRect().height));
        return [Math.round(height), one.outerHTML.slice(0, 100)];
    }).filter(([height]) => height > 2 && height < thumb).map(String)
"""


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_c16_targets_are_large_and_letters_may_be_twice_as_large(
    chromium: Browser, site: Site, language: str
):
    context = chromium.new_context(viewport={"width": 640, "height": 800})
    page = context.new_page()
    small, wide = [], []
    for path in PUBLIC:
        page.goto(site.url(path.format(language)))
        small += [f"{path}: {one}" for one in page.evaluate(SMALL, THUMB)]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    context.close()

    assert small == []
    assert wide == []
