"""What a first visit costs on a prepaid telephone: every byte, and what moves while it comes."""

from collections.abc import Iterable

import pytest
from playwright.sync_api import Browser, Route, StorageState, ViewportSize

from tests.journeys.site import Site
from tests.journeys.steps import press

pytestmark = pytest.mark.browser

MAX_BYTES = 50_000
# Without the service worker (its script and the page for "no connection"), which come afterwards.
MAX_BYTES_OF_A_QUESTION = 60_000
MAX_SHIFT = 0.05
TELEPHONE: ViewportSize = {"width": 360, "height": 740}
FONTS = 2
# On a busy machine Chromium fetches a third font in one visit of a hundred, for no word of the
# page: the cause is not known. Three visits in a row will not.
MAX_VISITS = 3
# Fetched for the home screen, though not by a browser without a window.
MANIFEST = """async () => {
    const link = document.querySelector('link[rel=manifest]');
    await (await fetch(link.href)).text();
}"""


def fonts(fetched: Iterable[str]) -> list[str]:
    """The addresses of fonts among what was fetched."""
    return [address for address in fetched if address.endswith(".woff2")]


def bytes_of_a_first_visit(
    chromium: Browser, address: str, cookies: StorageState | None = None
) -> dict[str, int]:
    """What came over the wire, headers included, by address."""
    context = chromium.new_context(viewport=TELEPHONE, storage_state=cookies)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on(
        "Network.requestWillBeSent",
        lambda seen: names.update({seen["requestId"]: seen["request"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda seen: sizes.update({seen["requestId"]: int(seen["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.evaluate(MANIFEST)
    page.wait_for_load_state("networkidle")
    context.close()
    return {names[key]: size for key, size in sizes.items()}


def check_weight(
    chromium: Browser, address: str, limit: int, cookies: StorageState | None = None
) -> None:
    """Fail where a first visit weighs more than ``limit``, or where a part was left out of it."""
    visits = (bytes_of_a_first_visit(chromium, address, cookies) for _time in range(MAX_VISITS))
    # The last one where none has two fonts: it fails below.
    for fetched in visits:
        if len(fonts(fetched)) == FONTS:
            break

    assert sum(fetched.values()) <= limit, fetched
    # Nothing was left out of the sum: the page, its styles, its fonts. A French page that names
    # a body in Arabic has three.
    assert address in fetched
    assert len(fonts(fetched)) >= FONTS
    assert sum(address.endswith(".css") for address in fetched) >= 6


def begun_form(chromium: Browser, site: Site, language: str) -> tuple[StorageState, list[str]]:
    """The cookies of a form that a person has begun, and its first questions."""
    context = chromium.new_context(viewport=TELEPHONE)
    page = context.new_page()
    page.goto(site.url(f"/{language}/submit/"))
    page.locator('input[name="kind"][value="complaint"]').check(force=True)
    press(page)
    page.goto(page.url + "?q=wizarat+sseha")
    questions = [page.url]
    page.locator('input[name="organisation"][value="health"]').check(force=True)
    press(page)
    page.locator('input[name="declarations"][value="none"]').check(force=True)
    press(page)
    questions.append(page.url)
    page.locator('main [name="subject"]').fill("a" * 30)
    page.locator('main [name="body"]').fill("b" * 100)
    page.locator('select[name="category"]').select_option(index=1)
    press(page)
    questions.append(page.url)
    cookies = context.storage_state()
    context.close()
    return cookies, questions


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("path", ["", "submit/", "track/"])
def test_a_first_visit_stays_under_fifty_kilobytes(
    site: Site, chromium: Browser, language: str, path: str
):
    check_weight(chromium, site.url(f"/{language}/{path}"), MAX_BYTES)


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_question_of_the_form_stays_under_sixty_kilobytes(
    site: Site, chromium: Browser, language: str
):
    cookies, questions = begun_form(chromium, site, language)

    for address in questions:
        check_weight(chromium, address, MAX_BYTES_OF_A_QUESTION, cookies)


# Installed before the page is read: it hears of each shift, with how far it went.
OBSERVER = """
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
        .observe({type: "layout-shift", buffered: true});
"""
# Two frames: the second begins when the first is on the screen.
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SHIFT = """async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)));
    return window.shifts.reduce((sum, shift) => sum + shift.value, 0);
}"""


def shift_while_fonts_come(
    chromium: Browser, address: str, size: ViewportSize, cookies: StorageState | None = None
) -> float:
    """The layout shift of a visit whose fonts come after the page is on the screen."""
    context = chromium.new_context(viewport=size, storage_state=cookies)
    page = context.new_page()
    page.add_init_script(OBSERVER)
    late: list[Route] = []
    page.route("**/*.woff2", lambda route: late.append(route))
    page.goto(address, wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    while len(late) < FONTS:
        page.wait_for_timeout(10)
    page.evaluate(PAINTED)
    for route in late:
        route.continue_()
    page.wait_for_load_state("networkidle")
    shift: float = page.evaluate(SHIFT)
    context.close()
    return shift


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("path", ["", "submit/", "track/"])
def test_nothing_moves_when_the_fonts_come(
    site: Site, chromium: Browser, language: str, path: str, width: int
):
    address = site.url(f"/{language}/{path}")

    shift = shift_while_fonts_come(chromium, address, {"width": width, "height": 740})

    assert shift <= MAX_SHIFT


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_no_question_moves_when_the_fonts_come(site: Site, chromium: Browser, language: str):
    cookies, questions = begun_form(chromium, site, language)

    shifts = {
        address: shift_while_fonts_come(chromium, address, TELEPHONE, cookies)
        for address in questions
    }

    assert {address: shift for address, shift in shifts.items() if shift > MAX_SHIFT} == {}


def fonts_with_a_late_sheet(chromium: Browser, address: str) -> list[str]:
    """The fonts of a visit during which a sheet comes after the page was laid out."""
    context = chromium.new_context(viewport=TELEPHONE)
    page = context.new_page()
    fetched: list[str] = []
    late: list[Route] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.route("**/components.*.css", lambda route: late.append(route))
    page.goto(address, wait_until="commit")
    page.wait_for_selector("footer", state="attached")
    # What a browser does by itself now and then, before all sheets have come.
    page.evaluate("document.body.offsetHeight")
    late[0].continue_()
    page.wait_for_load_state("networkidle")
    context.close()
    return fonts(fetched)


def test_a_sheet_that_comes_late_brings_no_third_font(site: Site, chromium: Browser):
    address = site.url("/ar/track/")

    visits = (fonts_with_a_late_sheet(chromium, address) for _time in range(MAX_VISITS))

    assert any(len(fetched) == FONTS for fetched in visits)
