"""A recording is nowhere but in the page: it is sent along, asked about, or kept there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.journeys.drafts import drafted
from tests.journeys.site import Site
from tests.journeys.steps import follow, press
from tests.journeys.test_attachments import at_the_files, chosen, listening, someone
from tests.support.samples import JPEG

__all__ = ["listening"]

pytestmark = pytest.mark.browser

NAMES = ".file-list li > span > bdi"
RECORDING = "تسجيل.weba"
CONTINUE = "main button.button-large"
LATER = 'main button[name="later"]'
HOME = 'header a[href="/ar/"]'
BACK = 'main button[name="goto"][value="back"]'


@pytest.fixture
def page(site: Site, listening: Browser) -> Iterator[Page]:
    """The page of the files, at which nothing has been chosen."""
    context = someone(listening, scripts=True)
    yield at_the_files(context, site)
    context.close()


def record(page: Page) -> None:
    page.locator("[data-record]").click()
    expect(page.locator("[data-time]")).to_have_text(re.compile("0:0[1-9]"))


def record_whole(page: Page) -> None:
    record(page)
    page.locator("[data-stop]").click()
    expect(page.locator("[data-heard]")).to_be_visible()


def asked_on_the_way_home(page: Page) -> list[str]:
    """The questions that the browser puts to whoever follows a link; the answer is to stay."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.locator(HOME).first.click(no_wait_after=True)
    return asked


def kept(page: Page) -> list[str]:
    """What the draft has, as its page shows it."""
    page.goto(re.sub(r"/submit/.*", "/submit/files/", page.url))
    return page.locator(NAMES).all_inner_texts()


@pytest.mark.parametrize(
    ("button", "leads_to"), [(CONTINUE, "/privacy/"), (LATER, "/later/"), (BACK, "/what-you-ask/")]
)
def test_a_recording_that_runs_goes_along(page: Page, button: str, leads_to: str):
    record(page)

    follow(page.locator(button))

    expect(page).to_have_url(re.compile(f"{leads_to}$"))
    assert kept(page) == [RECORDING]


def test_a_recording_that_was_not_added_goes_along(page: Page):
    record_whole(page)

    follow(page.locator(CONTINUE))

    expect(page).to_have_url(re.compile("/privacy/$"))
    assert kept(page) == [RECORDING]


def test_the_language_changes_with_the_recording_kept(page: Page):
    record(page)

    follow(page.locator('button[name="goto"][value="fr"]'))

    expect(page.locator(NAMES)).to_have_text([RECORDING])


@pytest.mark.parametrize("make", [record, record_whole], ids=["running", "finished"])
def test_a_link_asks_before_a_recording_is_lost(page: Page, make):
    make(page)
    here = page.url

    assert asked_on_the_way_home(page) == ["beforeunload"]
    assert page.url == here


def test_the_tracking_page_asks_too_and_takes_the_recording(site: Site, listening: Browser):
    context = someone(listening, scripts=True)
    page = context.new_page()
    page.goto(drafted(context, site, language="ar", until="check/"))
    press(page)
    follow(page.locator('main form[action$="/track/"] button').first)
    # The files are folded until they are asked for.
    page.locator("details:has(#files) > summary").click()
    record(page)

    assert asked_on_the_way_home(page) == ["beforeunload"]

    page.locator("[data-stop]").click()
    page.locator("[data-use]").click()
    expect(page.locator("#files a[href*='/files/']")).to_have_text([RECORDING])
    context.close()


def test_nothing_is_asked_without_a_recording(page: Page):
    record_whole(page)
    page.locator("[data-drop]").click()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)

    follow(page.locator(HOME).first)

    assert asked == []


def test_a_recording_outlives_a_broken_line(page: Page, tmp_path: Path):
    record_whole(page)
    page.context.set_offline(True)
    here = page.url

    page.locator(CONTINUE).click()

    again = page.locator("[data-use]")
    expect(again).to_have_text("إعادة المحاولة")
    expect(page.locator("[data-upload-state]")).to_contain_text("تعذر إرسال التسجيل")
    assert page.url == here
    expect(page.locator("[data-recorder] audio")).not_to_have_js_property("readyState", 0)
    with page.expect_download() as download:
        page.locator("[data-save]").click()
    assert download.value.path().read_bytes().startswith(b"\x1aE\xdf\xa3")

    page.context.set_offline(False)
    again.click()
    expect(page.locator(NAMES)).to_have_text([RECORDING])
    expect(page.locator("[data-record]")).to_be_visible()


def test_a_recording_outlives_a_refusal(page: Page):
    record_whole(page)
    for number in range(10):
        page.locator("#id_uploads").set_input_files([chosen(f"{number}.jpg", JPEG)])
        expect(page.locator(NAMES)).to_have_count(number + 1)

    page.locator(CONTINUE).click()

    expect(page.locator("#files .error-text:visible").first).to_contain_text("تسجيل.webm")
    expect(page.locator("[data-heard]")).to_be_visible()
    expect(page.locator(NAMES)).to_have_count(10)


def test_a_recording_goes_on_while_a_photo_is_sent(page: Page):
    record(page)

    page.locator("#id_uploads").set_input_files([chosen("photo.jpg", JPEG)])
    expect(page.locator(NAMES)).to_have_text(["photo.jpg"])

    page.locator("[data-stop]").click()
    page.locator("[data-use]").click()
    expect(page.locator(NAMES)).to_have_text(["photo.jpg", RECORDING])


def test_what_was_wrong_is_no_longer_said_after_the_next_success(page: Page):
    # As from a telephone on which the script came late: the whole page is sent.
    page.evaluate("addEventListener('change', (event) => event.stopImmediatePropagation(), true)")
    page.locator("#id_uploads").set_input_files([chosen("photo.heic", b"\0\0\0\x18ftypheic")])
    follow(page.locator(CONTINUE))
    expect(page.locator(".error-summary")).to_contain_text("photo.heic")

    page.locator("#id_uploads").set_input_files([chosen("photo.jpg", JPEG)])

    expect(page.locator(NAMES)).to_have_text(["photo.jpg"])
    expect(page.locator(".error-summary, .error-text:visible")).to_have_count(0)


# The answer of a person who thinks about it; every microphone that was switched on is remembered.
LATE = """() => {
  window.given = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const thinking = new Promise((done) => { window.sayYes = done; });
  navigator.mediaDevices.getUserMedia = (wanted) => {
    const answer = thinking.then(() => ask(wanted));
    window.given.push(answer);
    return answer;
  };
}"""


def test_the_microphone_is_asked_for_once_however_often_the_button_is_pressed(page: Page):
    page.evaluate(LATE)
    button = page.locator("[data-record]")
    # The second does not wait for the button: a finger does not either.
    button.evaluate("(button) => { button.click(); button.click(); }")
    expect(button).to_be_disabled()

    page.evaluate("() => sayYes()")

    expect(page.locator("[data-stop]")).to_be_focused()
    assert page.evaluate("given.length") == 1
    page.locator("[data-stop]").click()
    page.locator("[data-drop]").click()
    expect(button).to_be_enabled()
    expect(button).to_be_focused()


def test_a_microphone_that_cannot_be_recorded_is_switched_off(page: Page):
    page.evaluate(LATE)
    page.evaluate("() => { window.MediaRecorder = class { constructor() { throw Error(); } }; }")
    button = page.locator("[data-record]")
    button.click()

    page.evaluate("() => sayYes()")

    expect(page.locator("[data-denied]")).to_be_visible()
    tracks = "given[0].then((stream) => stream.getTracks().map((track) => track.readyState))"
    assert page.evaluate(tracks) == ["ended"]
    expect(button).to_be_enabled()


def test_the_ring_of_the_focus_is_never_around_the_whole_form(page: Page):
    page.locator("#id_uploads").set_input_files([chosen("photo.jpg", JPEG)])
    expect(page.locator(NAMES)).to_have_text(["photo.jpg"])

    assert page.evaluate("document.activeElement.tagName") == "H2"

    page.goto(f"{page.url}#files")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.locator("#main").focus()
    ring = "(({outlineStyle, boxShadow}) => [outlineStyle, boxShadow])(getComputedStyle(main))"
    assert page.evaluate(ring) == ["none", "none"]
