"""The keys of the office, on the keyboards that are in use."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    """One officer for the whole module."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def office(site: Site, desk: BrowserContext) -> Iterator[Page]:
    """The sample of an inbox, with its second line chosen."""
    page = desk.new_page()
    page.goto(site.url("/gallery/console/?language=en"))
    yield page
    page.close()


def press(page: Page, *, key: str, code: str, shift: bool = False) -> None:
    page.evaluate(
        """event => document.body.dispatchEvent(
            new KeyboardEvent("keydown", {...event, bubbles: true, cancelable: true}))""",
        {"key": key, "code": code, "shiftKey": shift},
    )


def line(page: Page) -> int:
    found = page.evaluate(
        """[...document.querySelectorAll("[data-row]")].findIndex(
            row => row.hasAttribute("data-here"))"""
    )
    return int(found)


@pytest.mark.parametrize("key", ["j", "ت"], ids=["latin", "arabic"])
def test_j_goes_to_the_next_line_on_every_layout(office: Page, key: str):
    press(office, key=key, code="KeyJ")

    assert line(office) == 2


def test_a_french_keyboard_is_read_by_the_letter_on_the_key(office: Page):
    # There A stands where an English keyboard has Q.
    office.evaluate(
        """document.querySelector('[data-keys="KeyA"]').addEventListener(
            "click", () => { document.title = "assigned"; })"""
    )

    press(office, key="a", code="KeyQ")

    assert office.title() == "assigned"


def test_k_stops_at_the_first_line(office: Page):
    for _ in range(3):
        press(office, key="k", code="KeyK")

    assert line(office) == 0


def test_shift_x_selects_all_the_lines_between(office: Page):
    press(office, key="x", code="KeyX")
    press(office, key="j", code="KeyJ")
    press(office, key="j", code="KeyJ")

    press(office, key="X", code="KeyX", shift=True)

    assert office.locator("[data-row] input:checked").count() == 3


def test_slash_goes_to_the_search_and_keys_rest_while_one_types(office: Page):
    office.keyboard.press("/")
    office.keyboard.press("j")

    assert office.evaluate("document.activeElement.id") == "q"
    assert office.input_value("#q") == "j"
    assert line(office) == 1


def test_the_question_mark_opens_the_list_of_keys_that_do_something_here(office: Page):
    office.keyboard.press("?")

    keys = office.locator("#shortcuts tr:visible th").all_inner_texts()

    assert keys == ["J K", "Enter O", "X", "A", "R", "N", "G M", "/", "Esc", "?"]


def test_someone_who_switched_the_keys_off_is_left_alone(office: Page):
    office.evaluate("document.body.removeAttribute('data-shortcuts')")

    office.keyboard.press("?")

    assert office.locator("#shortcuts").is_hidden()
