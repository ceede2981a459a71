"""Officers of the demonstration in a browser: signed in by the form once, then by its cookies."""

from typing import Any, cast

from playwright.sync_api import Browser, BrowserContext

from demo.accounts import DEMO_PASSWORD
from shared.kernel import clock
from tests.journeys.site import Site
from tests.support.second_step import give_code

HOME = "health"
# Signing in takes as long as five pages. Shorter than a proof of who somebody is counts.
MAX_AGE_SECONDS = 300.0


def officer(
    chromium: Browser, site: Site, account: str, *, code: str = HOME, **window: Any
) -> BrowserContext:
    """A browser in which an officer is signed in, who reads English.

    ``window``: what Playwright's ``new_context`` takes.
    """
    context = chromium.new_context(**window)
    address = site.url("/", f"{code}.localhost")
    context.add_cookies([{"name": "language", "value": "en", "url": address}])
    enter(context, site, account, code=code)
    return context


def enter(context: BrowserContext, site: Site, account: str, *, code: str = HOME) -> None:
    """Sign an officer in, in the session that an earlier test has begun.

    Who ends the session, or is about how it begins, uses ``sign_in``.
    """
    host = f"{code}.localhost"
    began, cookies = site.sessions.get((code, account), (0.0, []))
    if clock.timestamp() - began > MAX_AGE_SECONDS:
        sign_in(context, site, account, code=code)
        given = context.cookies(site.url("/", host))
        cookies = [one for one in given if one.get("name") != "language"]
        site.sessions[code, account] = clock.timestamp(), cookies
    context.add_cookies(cast(Any, cookies))


def sign_in(context: BrowserContext, site: Site, account: str, *, code: str = HOME) -> None:
    """Fill in the form, and the second step where one is asked for."""
    page = context.new_page()
    page.goto(site.url("/accounts/login/", f"{code}.localhost"))
    page.locator('input[name="login"]:visible').fill(f"{account}@{code}.example")
    page.locator('input[name="password"]:visible').fill(DEMO_PASSWORD)
    page.locator('input[name="password"]:visible').press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    give_code(page, forget_used=site.forget_used_codes)
    page.close()
