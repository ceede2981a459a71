"""An officer writes while the session ends, the line breaks or the browser is killed."""

import re
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.citizen import file_case
from tests.journeys.officers import officer, sign_in
from tests.journeys.site import Site
from tests.journeys.test_case_without_script import HOST

pytestmark = pytest.mark.browser

TEXT = "The lamp at the corner has been out since the third of March."
MORE = " It was measured on Monday."
# The words at the foot of the window, by language.
SIGNED_OUT = {"fr": "Vous êtes déconnecté", "ar": "لم تعد متصلا"}
NO_CONNECTION = {"fr": "Pas de connexion", "ar": "لا يوجد اتصال"}


@pytest.fixture(params=["fr", "ar"])
def language(request):
    """The language of the console's pages."""
    return str(request.param)


def words(page: Page):
    """What scripts say."""
    return page.locator("#page-words")


def test_a_reply_outlives_the_session_and_is_saved_after_signing_in(
    chromium: Browser, site: Site, language: str
):
    context = chromium.new_context()
    sign_in(context, site, "agent")
    context.add_cookies([{"name": "language", "value": language, "url": site.url("", HOST)}])
    case = file_case(context.request, site, subject="The lamp of the ended session")
    page, elsewhere = context.new_page(), context.new_page()
    page.goto(f"{site.url(f'/cases/{case.reference}/', HOST)}?write=reply")
    title = page.title()
    page.locator("#id_facts").fill(TEXT)
    elsewhere.goto(site.url("/", HOST))
    inbox = elsewhere.url
    elsewhere.locator(".office-tools form").last.locator("button").click()
    elsewhere.wait_for_url("**/accounts/**")

    page.bring_to_front()
    with page.expect_response("**/draft/reply/") as refused:
        page.locator("#id_facts").press("Tab")
    assert refused.value.status == 401
    expect(words(page)).to_contain_text(SIGNED_OUT[language])
    page.locator("#id_facts").press("Control+Enter")
    page.wait_for_timeout(300)
    expect(page.locator("#id_facts")).to_have_value(TEXT)
    assert page.title() == title

    again = chromium.new_context()
    sign_in(again, site, "agent")
    cookies = [one for one in again.cookies() if one["name"] != "language"]
    context.add_cookies(cast(Any, cookies))
    with page.expect_response("**/draft/reply/") as saved:
        page.evaluate("dispatchEvent(new Event('focus'))")
    assert saved.value.status == 200
    page.goto(inbox)
    page.goto(f"{site.url(f'/cases/{case.reference}/', HOST)}?write=reply")
    expect(page.locator("#id_facts")).to_have_value(TEXT)
    again.close()
    context.close()


def test_an_offer_outlives_a_dead_line_and_a_killed_browser(
    chromium: Browser, site: Site, language: str
):
    context = officer(chromium, site, "supervisor")
    context.add_cookies([{"name": "language", "value": language, "url": site.url("", HOST)}])
    case = file_case(context.request, site, subject="The lamp of the dead line")
    address = site.url(f"/transfers/offer/{case.reference}/", HOST)
    page = context.new_page()
    page.clock.install()
    page.goto(address)
    page.locator("#id_note").fill(TEXT)
    with page.expect_response("**/typed/") as saved:
        page.clock.run_for(4_500)
    assert saved.value.ok

    context.set_offline(True)
    page.locator("#id_note").press("Control+End")
    page.keyboard.type(MORE)
    page.locator("form:has(#id_note) button").last.click()
    expect(words(page)).to_contain_text(NO_CONNECTION[language])
    expect(page.locator("#id_note")).to_have_value(TEXT + MORE)
    kept = context.storage_state()
    context.close()

    # Another browser with the cookies of the one that is gone.
    another = chromium.new_context(storage_state=kept)
    page = another.new_page()
    page.goto(address)
    expect(page.locator("#id_note")).to_have_value(re.compile(f"^{re.escape(TEXT)}"))
    another.close()
