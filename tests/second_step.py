"""The second step of the demonstration's national staff, in a real browser."""

from playwright.sync_api import Page

CODE = "[data-demo-code]"


def give_code(page: Page) -> None:
    """Type the code that the page shows, until one is taken: each serves once, for 30 seconds."""
    tried = ""
    while "/accounts/2fa/" in page.url:
        code = page.locator(CODE).inner_text().strip()
        if code == tried:
            page.wait_for_timeout(500)
            # To load it again would send the used code again, as one more try.
            page.goto(page.url)
            continue
        tried = code
        page.locator('input[name="code"]:visible').fill(code)
        page.locator('input[name="code"]:visible').press("Enter")
        page.wait_for_load_state()
