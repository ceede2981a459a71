"""The forms above a list, which are loaded when somebody opens them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.barriers import barriers, examined
from tests.journeys.seen import IS_WIDE
from tests.journeys.site import Site
from tests.journeys.steps import follow
from tests.journeys.test_rows_everywhere import sign_in

pytestmark = pytest.mark.browser

HOST = "health.localhost"
OPEN = "/?view=open"
FILTER = "**/inbox/filter/**"
IN_FOCUS = "document.activeElement.closest('summary') ? 'summary' : document.activeElement.id"
ANSWERED = (
    "document.addEventListener('htmx:afterRequest', () => document.body.dataset.answered = '')"
)
# What a script is told that asks for somebody who is signed out.
SIGNED_OUT = "You are signed out."


@pytest.fixture(scope="module")
def officer(site: Site, chromium: Browser) -> Iterator[BrowserContext]:
    """An agent of the demonstration, signed in, who reads French."""
    context = examined(chromium.new_context(viewport={"width": 1280, "height": 800}))
    page = context.new_page()
    sign_in(page, site, HOST, 0)
    page.close()
    cookie = {"name": "language", "value": "fr", "url": site.url("/", HOST)}
    context.add_cookies([cookie])  # type: ignore[list-item]
    yield context
    context.close()


@pytest.fixture
def inbox(officer: BrowserContext, site: Site) -> Iterator[Page]:
    """The open cases."""
    page = officer.new_page()
    page.goto(site.url(OPEN, HOST))
    yield page
    page.close()


def test_filter_is_opened_filled_in_and_sent_by_keyboard(inbox: Page):
    keys = inbox.keyboard
    inbox.locator("#filter > summary").focus()
    keys.press("Enter")
    expect(inbox.locator("#filter select").first).to_be_visible()
    expected = inbox.locator("#filter select").first.get_attribute("id")
    kept = inbox.evaluate(IN_FOCUS)
    keys.press("Tab")
    first = inbox.evaluate(IN_FOCUS)
    opened = barriers(inbox)
    inbox.locator("#id_kind").focus()
    keys.type("Prop")
    chosen = inbox.locator("#id_kind").input_value()
    inbox.locator("#id_to").focus()
    # Of a day its three parts, and its calendar, and then the button.
    while inbox.evaluate("document.activeElement.id") == "id_to":
        keys.press("Tab")
    with inbox.expect_navigation():
        keys.press("Enter")

    assert (kept, first, chosen, opened) == ("summary", expected, "proposal", [])
    assert "kind=proposal" in inbox.url
    expect(inbox.locator(".chip")).to_have_count(1)
    expect(inbox.locator(".chip")).to_contain_text("Proposition")
    expect(inbox.locator("#filter")).not_to_have_attribute("open", "")


def test_escape_closes_the_filter_and_it_is_loaded_once(inbox: Page):
    loads: list[str] = []
    inbox.on("request", lambda one: loads.append(one.url) if "/inbox/filter/" in one.url else None)
    inbox.locator("#filter > summary").click()
    inbox.locator("#id_place").fill("Agdal")
    inbox.keyboard.press("Escape")
    expect(inbox.locator("#id_place")).to_be_hidden()
    closed = inbox.evaluate(IN_FOCUS)
    inbox.keyboard.press("Enter")

    expect(inbox.locator("#id_place")).to_have_value("Agdal")
    assert closed == "summary"
    assert len(loads) == 1


def test_form_that_comes_late_takes_the_place_of_the_link_in_focus(inbox: Page):
    waiting: list[Route] = []
    inbox.route(FILTER, lambda route: waiting.append(route))
    inbox.locator("#filter > summary").focus()
    with inbox.expect_request(FILTER):
        inbox.keyboard.press("Enter")
    inbox.keyboard.press("Tab")
    expect(inbox.locator("#filter a")).to_be_focused()
    waiting[0].continue_()

    expect(inbox.locator("#filter select").first).to_be_focused()


@pytest.mark.parametrize("failure", ["connection", "status", "signed out"])
def test_link_stays_and_works_where_the_form_cannot_be_loaded(inbox: Page, failure: str):
    def fail(route: Route) -> None:
        if failure == "connection":
            route.abort()
        elif failure == "status":
            route.fulfill(status=503, body="<form class='inbox-filters'></form>")
        else:
            route.fulfill(status=401, content_type="text/plain", body=SIGNED_OUT)

    inbox.evaluate(ANSWERED)
    inbox.route(FILTER, fail)
    inbox.locator("#filter > summary").click()
    expect(inbox.locator("body")).to_have_attribute("data-answered", "")
    inbox.unroute(FILTER)
    follow(inbox.locator("#filter a"))
    page = inbox.url
    inbox.locator("#id_kind").select_option("complaint")
    follow(inbox.locator(".inbox-filters button"))

    assert page.endswith("/inbox/filter/?view=open")
    expect(inbox.locator(".chip")).to_contain_text("Réclamation")


def test_list_is_saved_from_its_page(inbox: Page, site: Site):
    inbox.locator("#save > summary").click()
    inbox.locator("#id_name").fill("Dossiers ouverts")
    opened = barriers(inbox)
    follow(inbox.locator("#save button"))

    expect(inbox.locator('#inbox-nav [aria-current="page"]')).to_contain_text("Dossiers ouverts")
    assert opened == []
    inbox.goto(site.url("/inbox/views/", HOST))
    follow(inbox.locator('form[action$="/remove/"] button').first)


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_open_forms_are_within_the_window(inbox: Page, width: int):
    inbox.set_viewport_size({"width": width, "height": 800})
    for name, field in (("filter", "#id_place"), ("save", "#id_name")):
        inbox.locator(f"#{name} > summary").click()
        expect(inbox.locator(field)).to_be_visible()

        assert not inbox.evaluate(IS_WIDE), name
        box = inbox.locator(f"#{name} .inbox-tool-panel").bounding_box()
        assert box is not None
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= width, name
