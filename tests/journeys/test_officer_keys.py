"""A case is answered by keyboard alone, on the keyboards that are in use; each key is counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request, expect

from tests.journeys.officers import officer as officer_in
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

HOST = "health.localhost"
MAX_KEYS, MAX_KEYS_WITH_TEMPLATE = 12, 8
MAX_LOADS = 2
# What the keys give that an English keyboard has at these places.
LAYOUTS = {
    "en": {},
    "fr": {"KeyQ": "a", "KeyA": "q", "Digit1": "&", "Digit2": "é"},
    "ar": {"KeyJ": "ت", "KeyR": "ق", "KeyN": "ى", "KeyQ": "ض", "KeyA": "ش", "KeyL": "م"},
}
LANGUAGES = {"Arabic": "ar", "French": "fr", "English": "en"}
TEXTS = (
    "We asked the hospital and read its register of that night.",
    "Charter of the hospital, article 12.",
    "A second doctor will be on duty at night.",
)


@dataclass
class Keyboard:
    """A keyboard of some layout, which counts its keys; a chord is one."""

    page: Page
    session: CDPSession
    layout: str
    keys: list[str] = field(default_factory=list)

    def letter(self, code: str) -> None:
        """Press the key at that place of an English keyboard."""
        self.keys.append(code)
        usual = code.removeprefix("Key").removeprefix("Digit").lower()
        key = LAYOUTS[self.layout].get(code, usual)
        for kind in ("rawKeyDown", "keyUp"):
            self.session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})

    def press(self, chord: str) -> None:
        """Press a key that is the same on every layout."""
        self.keys.append(chord)
        self.page.keyboard.press(chord)

    def write(self, text: str) -> None:
        """Type what has to be said."""
        self.page.keyboard.insert_text(text)


@pytest.fixture(params=sorted(LAYOUTS))
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def officer(site: Site, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which a supervisor is signed in."""
    context = signed_in(chromium, site)
    yield context
    context.close()


def signed_in(chromium: Browser, site: Site) -> BrowserContext:
    return officer_in(chromium, site, "supervisor", viewport={"width": 1440, "height": 900})


def open_inbox(page: Page, site: Site) -> None:
    # The newest first: tests beside these need the late ones.
    page.goto(site.url("/?view=open&sort=newest", HOST))
    expect(page.locator("[data-row]").first).to_be_visible()


def open_case_with(page: Page, site: Site, keys: str) -> None:
    """Open the newest case that allows what these keys do, and in which nothing is begun."""
    open_inbox(page, site)
    links = page.locator('main a[href*="/cases/"]').all()
    for address in list(dict.fromkeys(str(one.get_attribute("href")) for one in links)):
        page.goto(site.url(address, HOST))
        is_written_in = page.locator(".composer-open").count()
        if page.locator(f'[data-keys="{keys}"]').count() and not is_written_in:
            return
    raise AssertionError(f"no case allows {keys}")


def reference_in(url: str) -> str:
    return url.split("/cases/")[1].split("/")[0]


def loads_of(page: Page) -> list[Request]:
    """Where each document that the page loads from now on is added, whatever redirects to it."""
    loads: list[Request] = []

    def add(one: Request) -> None:
        if one.is_navigation_request() and one.redirected_from is None:
            loads.append(one)

    page.on("request", add)
    return loads


def begin_reply(page: Page, keyboard: Keyboard) -> str:
    """Open the first case of the list and its reply; returns the reference."""
    keyboard.letter("KeyJ")
    keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    reference = reference_in(page.url)
    keyboard.letter("KeyR")
    expect(page.locator("#id_outcome_0")).to_be_focused()
    return reference


def check_and_send(page: Page, keyboard: Keyboard, answered: str) -> None:
    """Twice the same chord, and the next case of the list is there."""
    keyboard.press("Control+Enter")
    expect(page.locator('#composer button[value="send"]')).to_be_focused()
    keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/cases/" in url and reference_in(url) != answered)


def test_from_the_inbox_to_the_reply_and_the_next_case(
    officer: BrowserContext, site: Site, layout: str
):
    page = officer.new_page()
    open_inbox(page, site)
    loads = loads_of(page)
    keyboard = Keyboard(page=page, session=officer.new_cdp_session(page), layout=layout)

    answered = begin_reply(page, keyboard)
    for digit in ("Digit5", "Digit2"):
        keyboard.letter(digit)
    expect(page.locator("#id_outcome_1:checked, #id_carried_out_0:checked")).to_have_count(2)
    for text in TEXTS:
        keyboard.press("Tab")
        keyboard.write(text)
    check_and_send(page, keyboard, answered)

    expect(page.locator(".held-text")).to_contain_text("leaves in")
    assert len(keyboard.keys) <= MAX_KEYS, keyboard.keys
    assert len(loads) <= MAX_LOADS, [one.url for one in loads]
    expect(page.locator(".held-text")).to_have_count(0)
    page.goto(site.url(f"/cases/{answered}/", HOST))
    expect(page.locator("#thread .message-agency").last).to_contain_text(TEXTS[2])


def add_template(page: Page, site: Site, *, name: str, language: str) -> None:
    """A template with a whole reply, whose name is the first of all."""
    page.goto(site.url("/templates/add/reply/", HOST))
    page.locator("#id_name").fill(name)
    page.locator("#id_language").select_option(language)
    page.locator("#id_outcome").select_option(index=2)
    page.locator("#id_promised_days").fill("0")
    for part, text in zip(("facts", "rule", "decision"), TEXTS, strict=True):
        page.locator(f"#id_{part}").fill(text)
    page.locator('button[value="save"]').click()
    page.wait_for_url(lambda url: "/add/" not in url)


def test_a_template_saves_the_keys_of_outcome_and_texts(
    officer: BrowserContext, site: Site, layout: str
):
    page = officer.new_page()
    open_inbox(page, site)
    first = page.locator("[data-row] a[href*='/cases/']").first
    page.goto(site.url(str(first.get_attribute("href")), HOST))
    words = page.locator(".case-head .caption").first.inner_text()
    (language,) = (code for name, code in LANGUAGES.items() if name in words)
    add_template(page, site, name=f"0 {layout}", language=language)
    open_inbox(page, site)
    loads = loads_of(page)
    keyboard = Keyboard(page=page, session=officer.new_cdp_session(page), layout=layout)

    answered = begin_reply(page, keyboard)
    keyboard.letter("KeyT")
    keyboard.press("Enter")
    expect(page.locator("#id_facts")).to_have_value(TEXTS[0])
    check_and_send(page, keyboard, answered)

    assert len(keyboard.keys) <= MAX_KEYS_WITH_TEMPLATE, keyboard.keys
    assert len(loads) <= MAX_LOADS, [one.url for one in loads]
    # Other tests need the case: there are not many.
    keyboard.letter("KeyZ")
    discard(page)


def discard(page: Page) -> None:
    """Throw away the text in the composer."""
    page.locator('[form="composer-discard"]').click()
    expect(page.locator("[data-composer]")).to_have_count(0)


def test_what_leaves_is_taken_back_by_one_key(officer: BrowserContext, site: Site, layout: str):
    page = officer.new_page()
    open_inbox(page, site)
    keyboard = Keyboard(page=page, session=officer.new_cdp_session(page), layout=layout)
    keyboard.letter("KeyJ")
    keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    held = reference_in(page.url)
    keyboard.letter("KeyM")
    expect(page.locator("#id_body")).to_be_focused()
    keyboard.write("We will call you on Tuesday.")
    keyboard.press("Control+Enter")
    expect(page.locator(".held-text")).to_be_visible()

    keyboard.letter("KeyZ")

    page.wait_for_url(f"**/cases/{held}/**write=message**")
    expect(page.locator("#id_body")).to_have_value("We will call you on Tuesday.")
    discard(page)


# Of the letters, a French keyboard has two elsewhere.
@pytest.mark.parametrize(
    ("layout", "code", "focused"),
    [
        ("ar", "KeyR", "#id_outcome_0"),
        ("fr", "KeyQ", "#id_body"),
        ("ar", "KeyQ", "#id_body"),
        ("en", "KeyN", "#id_body"),
        ("ar", "KeyN", "#id_body"),
        ("fr", "KeyA", "#id_officer"),
        ("ar", "KeyA", "#id_officer"),
    ],
)
def test_each_form_opens_without_another_page_and_has_the_focus(
    officer: BrowserContext, site: Site, layout: str, code: str, focused: str
):
    page = officer.new_page()
    open_case_with(page, site, code)
    loads: list[Request] = []
    page.on("request", lambda one: loads.append(one) if one.is_navigation_request() else None)
    keyboard = Keyboard(page=page, session=officer.new_cdp_session(page), layout=layout)
    # The letter counts where the layout has Latin ones: the key beside it on a French keyboard.
    moved = {"KeyQ": "KeyA", "KeyA": "KeyQ"} if layout == "fr" else {}

    keyboard.letter(moved.get(code, code))

    expect(page.locator(focused)).to_be_focused()
    keyboard.press("Escape")
    expect(page.locator("#composer [aria-current]")).to_be_focused()
    assert loads == []


def test_the_list_of_keys_names_only_what_works_on_the_page(officer: BrowserContext, site: Site):
    page = officer.new_page()
    open_case_with(page, site, "KeyQ")
    page.keyboard.press("?")

    keys = page.locator("#shortcuts tr:visible th").all_inner_texts()

    assert {"R", "Q", "M", "N", "A", "L", "S", "U", "G I", "G M", "Esc", "?"} <= set(keys)
    assert not {"J K", "X", "T", "Z", "1 – 4"} & set(keys)
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


# --- a browser that dies -------------------------------------------------------------------------


def test_of_a_text_in_a_browser_that_dies_five_seconds_are_lost_at_most(
    officer: BrowserContext, chromium: Browser, site: Site
):
    page = officer.new_page()
    open_inbox(page, site)
    page.locator('main a[href*="/cases/"]').first.click()
    page.wait_for_url("**/cases/**")
    address = page.url
    page.clock.install()
    page.keyboard.press("n")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("Called the hospital")
    with page.expect_response("**/draft/note/") as saved:
        page.clock.fast_forward(5_000)
    assert saved.value.ok
    # A browser that dies sends nothing any more.
    officer.set_offline(True)
    page.keyboard.type(" and nobody answered")
    page.close()

    elsewhere = signed_in(chromium, site)
    other = elsewhere.new_page()
    other.goto(address)

    expect(other.locator("#id_body")).to_have_value("Called the hospital")
    other.locator('[form="composer-discard"]').click()
    expect(other.locator("#id_body")).to_have_count(0)
    elsewhere.close()


def write_note(page: Page, site: Site) -> list[Request]:
    """Begin a note in a page whose clock the test moves; the requests that save it."""
    open_inbox(page, site)
    page.locator('main a[href*="/cases/"]').first.click()
    page.wait_for_url("**/cases/**")
    page.clock.install()
    page.keyboard.press("n")
    expect(page.locator("#id_body")).to_be_focused()
    saves: list[Request] = []
    page.on("request", lambda one: saves.append(one) if "/draft/note/" in one.url else None)
    page.keyboard.type("Called the hospital")
    return saves


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_save_that_is_refused_is_not_tried_again(
    officer: BrowserContext, site: Site, status: int
):
    page = officer.new_page()
    page.route("**/draft/note/", lambda route: route.fulfill(status=status, body="<html></html>"))
    saves = write_note(page, site)

    page.clock.fast_forward(5_000)
    expect(page.locator("[data-saved]")).to_have_text(
        "Not saved. Copy your text, then load this page again."
    )
    page.keyboard.type(" and nobody answered")
    page.clock.fast_forward(20_000)
    page.keyboard.press("Tab")
    # Requests come in their order: after this one there is none to wait for.
    with page.expect_response("**/cases/held/"):
        page.evaluate("fetch('/cases/held/')")

    assert len(saves) == 1
    expect(page.locator("#id_body")).to_have_value("Called the hospital and nobody answered")


def test_a_save_without_connection_is_tried_again(officer: BrowserContext, site: Site):
    page = officer.new_page()
    page.route("**/draft/note/", lambda route: route.abort())
    write_note(page, site)
    page.clock.fast_forward(5_000)
    expect(page.locator("[data-saved]")).to_have_text(
        "Not saved: there is no connection. It is tried again."
    )
    page.unroute("**/draft/note/")

    with page.expect_response("**/draft/note/") as saved:
        page.clock.fast_forward(5_000)

    assert saved.value.ok
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.reload()
    page.locator('[form="composer-discard"]').click()


def test_a_text_is_saved_when_its_field_is_left(officer: BrowserContext, site: Site):
    page = officer.new_page()
    open_inbox(page, site)
    page.locator('main a[href*="/cases/"]').first.click()
    page.wait_for_url("**/cases/**")
    page.keyboard.press("n")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("Called the hospital")

    with page.expect_response("**/draft/note/") as saved:
        page.keyboard.press("Tab")

    assert saved.value.ok
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.reload()
    page.locator('[form="composer-discard"]').click()


def test_colleagues_see_that_somebody_writes(
    officer: BrowserContext, chromium: Browser, site: Site
):
    page = officer.new_page()
    open_case_with(page, site, "KeyN")
    colleague = officer_in(chromium, site, "agent")
    other = colleague.new_page()
    other.goto(page.url)

    page.keyboard.press("n")
    with page.expect_response("**/draft/note/") as saved:
        page.locator("#id_body").press_sequentially("Called the hospital")

    assert saved.value.ok
    expect(other.locator("#case-writers")).to_contain_text("is writing a note", timeout=10_000)
    colleague.close()
    page.reload()
    page.locator('[form="composer-discard"]').click()
