"""The list of cases while an officer works in it: renewed, and taking nothing out of a hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.journeys.barriers import barriers, examined
from tests.journeys.seen import IS_WIDE, Seen
from tests.journeys.site import Site
from tests.journeys.steps import follow
from tests.journeys.test_rows_everywhere import sign_in

pytestmark = pytest.mark.browser

HOST = "health.localhost"
PERIOD = 10_000
OPEN = "/?view=open"
IN_FOCUS = "document.activeElement.id"
# What of the first line is in sight and lies under something else.
COVERED = """() => [...document.querySelector("[data-row]").querySelectorAll("a, .case-day, input")]
    .filter(one => one.checkVisibility()).filter(one => {
        const {x, y, width, height} = one.getBoundingClientRect();
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        return y + height <= innerHeight && !one.contains(top);
    }).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def officer(site: Site, chromium: Browser) -> Iterator[BrowserContext]:
    """An agent of the demonstration, signed in, with a wide window."""
    context = examined(chromium.new_context(viewport={"width": 1440, "height": 900}))
    page = context.new_page()
    sign_in(page, site, HOST, 0)
    page.close()
    yield context
    context.close()


@pytest.fixture
def inbox(officer: BrowserContext, site: Site) -> Iterator[Page]:
    """The open cases, whose page has no time of its own."""
    page = officer.new_page()
    page.clock.install()
    page.goto(site.url(OPEN, HOST))
    yield page
    page.close()


def renewed(page: Page) -> Response:
    """Let ten seconds pass; what the page was answered."""
    with page.expect_response("**/inbox/rows/**") as answered:
        page.clock.run_for(PERIOD)
    answered.value.finished()
    return answered.value


def snooze(officer: BrowserContext, site: Site, reference: str, until: str) -> None:
    """In another window of the same officer."""
    page = officer.new_page()
    page.goto(site.url(f"/inbox/cases/{reference}/snooze/", HOST))
    follow(page.locator(f'button[name=until][value="{until}"]'))
    page.close()


def test_a_list_is_renewed_and_leaves_focus_selection_and_line_where_they_are(
    officer: BrowserContext, inbox: Page, site: Site
):
    references = inbox.locator("[data-row] input").evaluate_all("all => all.map(one => one.value)")
    first, second, third = references[:3]
    inbox.locator(f"#case-{third}").check()
    inbox.locator(f"#open-{second}").focus()
    expect(inbox.locator("[data-bulk-number]")).to_have_text("1")
    before = inbox.evaluate_handle("document.getElementById('inbox-live')")

    snooze(officer, site, first, "tomorrow")
    try:
        answer = renewed(inbox)
        expect(inbox.locator(f"#row-{first}")).to_have_count(0)
    finally:
        snooze(officer, site, first, "none")

    assert answer.status == 200
    assert inbox.evaluate("before => document.contains(before)", before) is False
    assert inbox.evaluate(IN_FOCUS) == f"open-{second}"
    assert inbox.locator("[data-here]").evaluate_all("all => all.map(one => one.id)") == [
        f"row-{second}"
    ]
    checked = inbox.locator("[data-row] input:checked")
    assert checked.evaluate_all("all => all.map(one => one.value)") == [third]


def test_where_nothing_changed_nothing_is_swapped(inbox: Page):
    renewed(inbox)
    before = inbox.evaluate_handle("document.getElementById('inbox-live')")

    answer = renewed(inbox)

    assert answer.status == 304
    assert inbox.evaluate("before => document.contains(before)", before) is True


def test_the_line_on_which_one_rests_is_previewed_beside_the_list(inbox: Page):
    reference = str(inbox.locator("[data-row] input").nth(1).get_attribute("value"))
    inbox.keyboard.press("j")
    with inbox.expect_response(f"**/inbox/cases/{reference}/preview/**"):
        inbox.keyboard.press("j")
        inbox.clock.run_for(1_000)

    expect(inbox.locator("#preview .preview h2")).to_be_visible()
    assert barriers(inbox) == []


def test_a_narrow_window_shows_the_first_case_and_hides_the_lists_behind_a_button(
    officer: BrowserContext, site: Site
):
    page = officer.new_page()
    seen = Seen()
    seen.listen(page)
    for width, height in ((320, 640), (768, 1024), (1280, 800), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for language in ("ar", "fr"):
            url = site.url(OPEN, HOST)
            officer.add_cookies([{"name": "language", "value": language, "url": url}])
            page.goto(url)
            assert not page.evaluate(IS_WIDE), (width, language)
            line = page.locator("[data-row] .case-subject").first.bounding_box()
            assert line is not None
            assert line["y"] + line["height"] <= height, (width, language)
            assert page.evaluate(COVERED) == [], (width, language)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site.url(OPEN, HOST))
    expect(page.locator("#office-nav")).to_be_hidden()
    page.locator(".office-menu").click()
    expect(page.locator("#nav-mine")).to_be_visible()
    opened = barriers(page)
    follow(page.locator("#nav-all"))

    assert opened == []
    assert page.url.endswith("/?view=all")
    assert seen.surprises() == []
    page.close()


def test_without_javascript_a_list_is_narrowed_sorted_saved_and_a_case_put_aside(
    site: Site, chromium: Browser
):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site, HOST, 0)
    page.goto(site.url(OPEN, HOST))
    page.locator("#filter > summary").click()
    follow(page.locator("#filter a"))
    page.locator("#id_kind").select_option("complaint")
    follow(page.locator(".inbox-filters button"))
    page.locator("#sort > summary").click()
    follow(page.locator('#sort button[value="newest"]'))
    narrowed = page.url
    page.locator("#save > summary").click()
    follow(page.locator("#save a"))
    page.locator("#id_name").fill("Newest complaints")
    follow(page.locator('form[action="/inbox/views/save/"] button'))
    saved = page.url
    page.locator(".case-menu summary").first.click()
    follow(page.locator('.case-menu[open] button[value="tomorrow"]'))
    back = page.url
    page.goto(site.url("/?view=snoozed", HOST))
    page.locator(".case-menu summary").first.click()
    follow(page.locator('.case-menu[open] button[value="none"]'))
    page.goto(site.url("/inbox/views/", HOST))
    follow(page.locator('form[action$="/remove/"] button').first)

    assert narrowed.endswith("/?view=open&kind=complaint&sort=newest")
    assert saved.endswith("/?view=open&sort=newest&kind=complaint")
    assert back == saved
    expect(page.locator('form[action$="/restore/"] button')).to_be_visible()
    context.close()
