"""A text that was sent is not kept as one that was not, whatever the page saves on its way out."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.site import Site
from tests.journeys.test_officer_keys import open_inbox, signed_in

pytestmark = pytest.mark.browser


def test_a_note_that_is_saved_as_soon_as_it_is_typed_leaves_no_draft(site: Site, chromium: Browser):
    officer = signed_in(chromium, site)
    page = officer.new_page()
    open_inbox(page, site)
    page.locator('main a[href*="/cases/"]').first.click()
    page.wait_for_url("**/cases/**")
    page.keyboard.press("n")
    expect(page.locator("#id_body")).to_be_focused()
    drafts: list[str] = []
    officer.on("request", lambda one: drafts.append(one.url) if "/draft/note/" in one.url else None)

    page.keyboard.type("Called the hospital")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Called the hospital")
    # Requests come in their order: after this one there is none to wait for.
    with page.expect_response("**/cases/held/"):
        page.evaluate("fetch('/cases/held/')")
    page.keyboard.press("n")

    expect(page.locator("#id_body")).to_have_value("")
    assert drafts == []
    officer.close()
