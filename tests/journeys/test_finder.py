"""The finder on a small telephone: above the keyboard, and a topic that needs a place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.barriers import barriers
from tests.journeys.drafts import drafted
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

# Of 640 px the keyboard takes the lower half.
ABOVE_THE_KEYBOARD = 320
CHOSEN = "Choisi. Continuez quand vous êtes prêt."


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    context: BrowserContext = chromium.new_context(viewport={"width": 320, "height": 640})
    opened = context.new_page()
    opened.goto(drafted(context, site, language="fr", until="organisation/"))
    yield opened
    context.close()


def typed(page: Page, name: str, words: str) -> None:
    control = page.locator(f'input[name="{name}"]')
    control.fill(words)
    expect(control).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("words", ["sante", "poubelle", "école fes"])
def test_suggestions_stand_right_under_the_control_and_above_the_keyboard(page: Page, words: str):
    page.set_viewport_size({"width": 320, "height": ABOVE_THE_KEYBOARD})
    page.locator('input[name="q"]').focus()

    typed(page, "q", words)

    control = page.locator('input[name="q"]').bounding_box()
    suggestions = page.locator("#finder-list").bounding_box()
    first = page.locator("#finder-list [role=option]").first.bounding_box()
    assert control
    assert suggestions
    assert first
    assert control["y"] >= 0
    assert 0 <= suggestions["y"] - (control["y"] + control["height"]) <= 8
    assert suggestions["y"] + suggestions["height"] <= ABOVE_THE_KEYBOARD
    assert first["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_with_room_enough_the_page_does_not_move(page: Page):
    page.set_viewport_size({"width": 320, "height": 1400})
    before = page.evaluate("scrollY")

    typed(page, "q", "poubelle")

    assert page.evaluate("scrollY") == before


def choose_first(page: Page, name: str, words: str) -> None:
    typed(page, name, words)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_a_topic_is_chosen_by_keyboard_and_asks_for_the_place(page: Page):
    choose_first(page, "q", "poubelle")
    place = page.locator('input[name="place"]')
    expect(place).to_be_focused()

    typed(page, "place", "kenitra")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    chosen = page.locator('#found input[name="organisation"]:checked')
    expect(chosen).to_have_value("commune-04-281-01-01")
    expect(chosen).to_be_focused()
    # What a screen reader says stands outside the part that was replaced.
    said = page.locator("main [role=status].visually-hidden")
    expect(said).to_have_count(1)
    expect(said).to_have_text(CHOSEN)
    expect(page.locator("#found [role=status]")).to_have_count(0)


def test_a_form_for_the_place_that_is_gone_hears_no_more_of_the_keyboard(page: Page):
    page.evaluate("""() => {
      window.heard = 0;
      for (const [name, step] of [["addEventListener", 1], ["removeEventListener", -1]]) {
        const real = visualViewport[name].bind(visualViewport);
        visualViewport[name] = (...given) => { window.heard += step; real(...given); };
      }
    }""")
    choose_first(page, "q", "poubelle")
    expect(page.locator('input[name="place"]')).to_be_focused()
    assert page.evaluate("heard") == 1
    choose_first(page, "place", "kenitra")
    expect(page.locator("#found input:checked")).to_be_focused()

    page.evaluate("() => visualViewport.dispatchEvent(new Event('resize'))")

    assert page.evaluate("heard") == 0
