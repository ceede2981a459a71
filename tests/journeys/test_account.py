"""A citizen opens an account, adds a passkey and comes back by it; in a real browser.

Chromium's virtual authenticator stands for the finger on the telephone.
"""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.barriers import barriers, examined
from tests.journeys.site import Site
from tests.journeys.steps import follow

pytestmark = pytest.mark.browser

PAGES = ["", "add/", "data/", "data/copy/", "data/email/", "security/", "passkeys/add/", "prove/"]


@pytest.fixture(params=["ar", "fr"])
def language(request):
    return request.param


@pytest.fixture
def narrow(chromium: Browser):
    """The narrowest telephone that is still in use."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    yield context
    context.close()


def code_in(letter) -> str:
    text = letter.get_body(("plain",)).get_content()
    return str(re.findall(r"\b\d{8}\b", text)[0])


def press(page: Page) -> None:
    follow(page.locator("main form:visible button.button-large").first)


def come_in(page: Page, site: Site, language: str, email: str, *, letters: int = 1) -> None:
    page.goto(site.url(f"/{language}/account/"))
    page.locator('main input[name="email"]').fill(email)
    press(page)
    page.wait_for_url("**/code/")
    letter = site.wait_for_letters(to=email, count=letters)[-1]
    page.locator('main input[name="code"]').fill(code_in(letter))
    press(page)


def open_account(page: Page, site: Site, language: str, email: str) -> None:
    come_in(page, site, language, email)
    page.wait_for_url("**/begin/")
    page.locator('main input[name="name"]').fill("نادية العلوي")
    page.locator('main input[name="consent"]').check(force=True)
    press(page)
    page.wait_for_url(f"**/{language}/account/")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_every_page_of_an_account_can_be_read_on_the_narrowest_telephone(
    narrow: BrowserContext, site: Site, language: str
):
    page = examined(narrow).new_page()
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if line.type == "error" else None)
    page.goto(site.url(f"/{language}/account/sign-in/"))
    assert barriers(page) == []
    open_account(page, site, language, f"narrow-{language}@example.org")

    for path in PAGES:
        page.goto(site.url(f"/{language}/account/{path}"))
        assert barriers(page) == [], path
        assert fits(page), path
    assert told == []


def test_an_account_is_opened_with_javascript_and_without(visitor: BrowserContext, site: Site):
    email = f"visitor-{id(visitor)}@example.org"
    page = visitor.new_page()

    open_account(page, site, "ar", email)
    follow(page.locator('form[action$="account/sign-out/"] button'))
    page.wait_for_url("**/sign-in/")
    come_in(page, site, "ar", email, letters=2)
    page.wait_for_url("**/ar/account/")

    assert page.locator(".empty").count() == 1


def test_the_demonstrations_account_opens_by_one_click_and_a_request_in_it_without_a_code(
    visitor: BrowserContext, site: Site
):
    page = visitor.new_page()
    page.goto(site.url("/fr/account/sign-in/"))
    follow(page.locator('form[action$="account/demo/"] button'))
    page.wait_for_url("**/fr/account/")
    listed = page.locator(".request-list > li")
    subject = listed.first.locator("h2").inner_text()
    number = listed.count()

    follow(listed.first.locator('form[action$="open/"] button'))
    page.wait_for_url("**/track/case/")

    assert number == 8
    assert page.locator("h1").inner_text() == subject


def test_a_passkey_is_made_and_opens_the_account(narrow: BrowserContext, site: Site):
    page = narrow.new_page()
    open_account(page, site, "fr", "passkey@example.org")
    phone = narrow.new_cdp_session(page)
    phone.send("WebAuthn.enable")
    phone.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(site.url("/fr/account/passkeys/add/"))
    page.locator('main input[name="name"]').fill("Mon téléphone")
    press(page)
    page.wait_for_url("**/security/")
    added = page.locator(".request-list").first.locator("h3").all_inner_texts()
    follow(page.locator('form[action$="account/sign-out/"] button'))
    page.wait_for_url("**/sign-in/")

    page.locator('form[data-passkey="get"] button').click()
    page.wait_for_url("**/fr/account/")

    assert added == ["Mon téléphone"]
    assert page.locator('form[action$="account/sign-out/"]').count() == 1
    assert len(site.wait_for_letters(to="passkey@example.org", count=2)) == 2


def test_a_telephone_that_does_not_know_its_owner_opens_nothing(narrow: BrowserContext, site: Site):
    page = narrow.new_page()
    page.goto(site.url("/fr/account/sign-in/"))
    phone = narrow.new_cdp_session(page)
    phone.send("WebAuthn.enable")
    phone.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": False,
                "automaticPresenceSimulation": True,
            }
        },
    )

    page.locator('form[data-passkey="get"] button').click()
    page.locator("[data-passkey-failed]").wait_for(state="visible")

    assert page.url.endswith("/sign-in/")
