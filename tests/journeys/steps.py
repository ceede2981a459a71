"""Steps that lead to another page. A click alone ends before that page is there."""

from playwright.sync_api import Locator, Page


def follow(control: Locator) -> None:
    """Click a link or a button, and wait for the page that it leads to."""
    with control.page.expect_navigation():
        control.click()


def press(page: Page) -> None:
    """Go on: by the first large button of the page, in whatever language."""
    follow(page.locator("main button.button:not(.button-secondary):not(.button-link)").first)
