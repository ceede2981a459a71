"""C8 in a real browser: files are sent as they are chosen, a voice is recorded in the page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Playwright,
    expect,
)

from tests.journeys.barriers import barriers
from tests.journeys.drafts import drafted
from tests.journeys.site import Site
from tests.journeys.steps import follow, press
from tests.support.chromium import CHROMIUM, FLAGS
from tests.support.samples import JPEG, PDF

pytestmark = pytest.mark.browser

EMAIL = "voice@example.org"
# A microphone that beeps, and a person who says yes.
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def listening(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with a microphone."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE])
    yield browser
    browser.close()


def someone(browser: Browser, *, scripts: bool) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 320, "height": 740}, locale="ar-MA", java_script_enabled=scripts
    )


def at_the_files(context: BrowserContext, site: Site) -> Page:
    """At the page of the files, with a proposal that is told."""
    page = context.new_page()
    page.goto(
        drafted(context, site, language="ar", until="files/", changes={"": {"kind": "proposal"}})
    )
    return page


def chosen(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def send_it(page: Page) -> None:
    press(page)
    page.locator('input[name="privacy"][value="named"]').check(force=True)
    press(page)
    page.locator('input[name="party_kind"][value="person"]').check(force=True)
    page.locator('main [name="name"]').fill("مواطن تجريبي")
    page.locator('main [name="email"]').fill(EMAIL)
    press(page)
    press(page)
    page.locator("h1", has_text="أُرسل").or_(page.locator(".ref")).first.wait_for()


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_c8_a_voice_is_recorded_heard_and_filed(listening: Browser, site: Site):
    context = someone(listening, scripts=True)
    page = at_the_files(context, site)
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text))

    page.locator("[data-record]").click()
    expect(page.locator("[data-time]")).to_have_text(re.compile("0:0[1-9]"))
    page.locator("[data-stop]").click()
    # It can be heard before it is sent: the policy of the page lets it.
    expect(page.locator("[data-recorder] audio")).not_to_have_js_property("readyState", 0)
    assert is_narrow(page)
    page.locator("[data-use]").click()

    names = page.locator(".file-list li > span > bdi")
    expect(names).to_have_text(["تسجيل.weba"])
    page.locator("#id_uploads").set_input_files([chosen("photo.jpg", JPEG)])
    expect(names).to_have_text(["تسجيل.weba", "photo.jpg"])
    assert is_narrow(page)
    assert barriers(page) == []
    send_it(page)
    assert refused == []

    follow(page.locator('main form[action$="/track/"] button').first)
    links = page.locator("#files a[href*='/files/']")
    expect(links).to_have_count(2)
    page.locator("details:has(#files) > summary").click()
    with page.expect_download() as download:
        links.first.click()
    assert download.value.suggested_filename == "تسجيل.weba"
    assert download.value.path().read_bytes().startswith(b"\x1aE\xdf\xa3")
    context.close()


def test_c8_what_is_wrong_is_said_at_once_and_the_rest_stays(
    listening: Browser, site: Site, tmp_path: Path
):
    context = someone(listening, scripts=True)
    page = at_the_files(context, site)
    files = page.locator("#id_uploads")

    files.set_input_files([chosen("letter.pdf", PDF), chosen("photo.heic", b"\0\0\0\x18ftypheic")])
    expect(page.locator(".file-list li")).to_have_count(1)
    expect(page.locator("#files .error-text:visible")).to_contain_text(["photo.heic"])

    large = tmp_path / "large.pdf"
    large.write_bytes(PDF + bytes(15 * 1024 * 1024))
    page.locator("#id_uploads").set_input_files(large)
    expect(page.locator("[data-upload-state]")).to_contain_text("large.pdf")

    page.locator(".file-list button").click()
    expect(page.locator(".file-list li")).to_have_count(0)
    context.close()


def test_c8_without_script_the_form_sends_the_same(listening: Browser, site: Site):
    context = someone(listening, scripts=False)
    page = at_the_files(context, site)

    page.locator("#id_uploads").set_input_files(
        [chosen("letter.pdf", PDF), chosen("photo.jpg", JPEG)]
    )
    follow(page.locator('button[name="add"]'))

    assert page.locator(".file-list li > span > bdi").all_inner_texts() == [
        "letter.pdf",
        "photo.jpg",
    ]
    assert page.locator("[data-recorder]").is_hidden()
    send_it(page)
    context.close()
