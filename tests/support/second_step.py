"""The second step of the demonstration's national staff, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page

CODE = "[data-demo-code]"
# Each waits half a second at most: two codes long.
MAX_TRIES = 120


def give_code(page: Page, *, forget_used: Callable[[], None] | None = None) -> None:
    """Type the code that the page shows, until one is taken: each serves once, for 30 seconds.

    With ``forget_used`` the one of now serves again: who signs in often need not wait for the next.
    """
    if forget_used:
        forget_used()
    tried = ""
    for _try in range(MAX_TRIES):
        if "/accounts/2fa/" not in page.url:
            return
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
    raise AssertionError(f"no code is taken on {page.url}")
