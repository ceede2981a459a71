"""What citizens expect of filing, row by row, in a real browser at 320 px."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from public_portal.intake.services.limits import FILED_PER_ADDRESS
from tests.journeys.barriers import barriers, examined
from tests.journeys.drafts import BODY, drafted
from tests.journeys.site import Site
from tests.journeys.steps import follow, press
from tests.journeys.test_whole_journey import choose, write
from tests.public_portal.api.calls import COMPLAINT

pytestmark = pytest.mark.browser

NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=NARROW, permissions=["clipboard-write"])
    yield context
    context.close()


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and all that its console says: violations of the policy stand there."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(f"{page.url}: {line.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    return page, said


def steps(page: Page, site: Site, language: str) -> Iterator[str]:
    """Answer page by page; stops on each before it is sent, and on the check page."""
    page.goto(site.url(f"/{language}/submit/"))
    choose(page, "kind", "complaint")
    yield "kind"
    press(page)
    yield "organisation"
    page.goto(page.url + "?organisation=health")
    yield "organisation-chosen"
    press(page)
    choose(page, "declarations", "none")
    yield "admissibility"
    press(page)
    write(page, "subject", "Attente aux urgences")
    write(page, "body", BODY)
    page.locator('select[name="category"]').select_option("medical-appointment")
    yield "story"
    press(page)
    write(page, "happened_on_day", "7")
    write(page, "happened_on_month", "mars")
    write(page, "happened_on_year", "2025")
    yield "circumstances"
    press(page)
    write(page, "detail_appointment-on_day", "1")
    write(page, "detail_appointment-on_month", "3")
    write(page, "detail_appointment-on_year", "2025")
    yield "details"
    press(page)
    for _page in range(3):
        if page.locator('[name="remedy"]').count():
            break
        press(page)
    yield "wish"
    press(page)
    yield "files"
    press(page)
    choose(page, "privacy", "named")
    yield "privacy"
    press(page)
    choose(page, "party_kind", "person")
    write(page, "name", "Personne Essai")
    write(page, "email", "rangees@example.org")
    yield "person"
    press(page)
    yield "check"


def walk(page: Page, site: Site, language: str, until: str) -> None:
    for step in steps(page, site, language):
        if step == until:
            return


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_c1_c16_every_page_of_the_journey_fits_320_px_and_axe_finds_nothing(
    phone: BrowserContext, site: Site, language: str
):
    page, said = watched(examined(phone))

    for step in steps(page, site, language):
        assert (step, barriers(page)) == (step, [])
        width = page.evaluate("document.documentElement.scrollWidth")
        assert (step, width <= NARROW["width"]) == (step, True)
    press(page)

    assert "/receipt/" in page.url
    assert barriers(page) == []
    assert said == []


# In Arabic, and with the answer to it: tests/journeys/test_whole_journey.py.
def test_c2_the_whole_journey_needs_no_script(chromium: Browser, site: Site):
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()

    walk(page, site, "fr", "organisation")
    page.goto(page.url + "?q=wizarat+sseha")
    choose(page, "organisation", "health")
    walk(page, site, "fr", "check")
    press(page)

    assert "/receipt/" in page.url
    context.close()


def test_c1_back_and_forward_of_the_browser_lose_nothing(phone: BrowserContext, site: Site):
    page, _said = watched(phone)
    walk(page, site, "fr", "wish")

    while "what-happened" not in page.url:
        page.go_back()
    assert page.locator('[name="body"]').input_value() == BODY
    page.go_forward()
    page.goto(site.url("/fr/submit/check/"))

    # The open question is asked, and what was answered before it is there.
    assert "/what-you-ask/" in page.url
    page.goto(site.url("/fr/submit/when-and-where/"))
    assert page.locator('[name="happened_on_month"]').input_value() == "3"


def test_c3_the_language_switch_keeps_the_page_and_the_answers(phone: BrowserContext, site: Site):
    page, _said = watched(phone)
    drafted(phone, site, language="fr", until="what-you-ask/")

    page.goto(site.url("/fr/submit/what-happened/"))
    write(page, "body", "À peine")
    follow(page.locator('.langs [lang="ar"]'))

    assert "/ar/submit/what-happened/" in page.url
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator('[name="body"]').input_value() == "À peine"
    follow(page.locator("button.back"))
    follow(page.locator("main button.button-large"))
    write(page, "body", BODY)
    with page.expect_navigation():
        page.locator('[name="subject"]').press("Enter")
    assert "/ar/submit/what-happened/" not in page.url
    assert "/ar/submit/" in page.url


@pytest.mark.parametrize("words", ["وزارة الصحة", "ministère de la santé", "wizarat sseha", "snte"])
def test_c4_the_finder_is_a_combobox_that_the_keyboard_drives(
    phone: BrowserContext, site: Site, words: str
):
    page, said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="organisation/"))
    finder = page.get_by_role("combobox").first

    # All at once: words typed slowly are asked about more than once, and each answer is a new list.
    finder.fill(words)
    expect(finder).to_have_attribute("aria-expanded", "true")
    finder.press("ArrowDown")
    active = finder.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    assert barriers(page) == []
    finder.press("Escape")
    expect(finder).to_have_attribute("aria-expanded", "false")
    finder.press("ArrowRight")
    finder.press_sequentially(" ")
    expect(finder).to_have_attribute("aria-expanded", "true")
    code = page.locator("[role=option]").first.get_attribute("data-code")
    finder.press("ArrowDown")
    finder.press("Enter")
    chosen = page.locator('#found input[name="organisation"]:checked')
    expect(chosen).to_have_value(str(code))
    expect(chosen).to_be_focused()
    assert said == []


def test_c4_an_answer_that_comes_late_does_not_open_the_list_again(
    phone: BrowserContext, site: Site
):
    page, _said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="organisation/"))
    finder = page.get_by_role("combobox").first
    finder.fill("sante")
    expect(finder).to_have_attribute("aria-expanded", "true")

    # Nobody answers from here on.
    page.route("**/*q=*", lambda _route: None)
    with page.expect_request("**/*q=*"):
        finder.press_sequentially("e")
    with page.expect_event("requestfailed"):
        finder.press("Escape")

    expect(finder).to_have_attribute("aria-expanded", "false")
    page.unroute_all(behavior="ignoreErrors")


def test_c6_a_mistake_is_told_at_the_top_with_the_focus_and_nothing_is_lost(
    phone: BrowserContext, site: Site
):
    page, _said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="what-happened/"))
    write(page, "body", BODY)
    press(page)

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    targets = [link.get_attribute("href") for link in summary.locator("a").all()]
    assert targets == ["#id_category", "#id_subject"]
    summary.locator("a").last.click()
    expect(page.locator("#id_subject")).to_be_focused()
    assert page.locator('[name="body"]').input_value() == BODY

    page.goto(drafted(phone, site, language="fr", until="when-and-where/"))
    write(page, "happened_on_day", "45")
    press(page)

    summary.locator("a").click()
    expect(page.locator("#id_happened_on_0")).to_be_focused()
    assert page.locator('[name="happened_on_day"]').input_value() == "45"


def test_c7_controls_tell_the_telephone_what_they_are_for(phone: BrowserContext, site: Site):
    page, _said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="about-you/"))

    def attribute(name: str, attribute: str) -> str | None:
        return page.locator(f'[name="{name}"]').first.get_attribute(attribute)

    assert attribute("name", "autocomplete") == "name"
    assert (attribute("email", "type"), attribute("email", "autocomplete")) == ("email", "email")
    assert (attribute("phone", "inputmode"), attribute("phone", "autocomplete")) == ("tel", "tel")
    choose(page, "party_kind", "person")
    write(page, "name", "Personne Essai")
    write(page, "email", "rangees@example.org")
    write(page, "phone", "٠٦ ١٢ ٣٤ ٥٦ ٧٨")
    press(page)
    assert "+212612345678" in page.locator("main").inner_text()


def test_c9_each_answer_has_a_link_that_changes_it_and_comes_back(
    phone: BrowserContext, site: Site
):
    page, _said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="check/"))

    follow(page.locator('a[href*="/what-you-ask/?change=1"]').first)
    write(page, "remedy", "Un rendez-vous cette semaine")
    press(page)

    assert "/check/" in page.url
    assert "Un rendez-vous cette semaine" in page.locator("main").inner_text()


# Wholly inside the box around it, with the room that the box keeps free.
INSIDE = """
    one => {
        const [own, around] = [one, one.parentElement].map(each => each.getBoundingClientRect());
        return own.left >= around.left && own.right <= around.right;
    }
"""


def test_c11_c17_a_double_click_makes_one_request_and_its_receipt_can_be_copied(
    phone: BrowserContext, site: Site
):
    page, said = watched(phone)
    page.goto(drafted(phone, site, language="ar", until="check/"))

    page.locator("main form button.button-large").first.dblclick()
    page.wait_for_url(re.compile("/receipt/"))

    number = page.locator(".ref").first
    assert number.evaluate("one => getComputedStyle(one).direction") == "ltr"
    assert number.evaluate(INSIDE)
    reference = number.inner_text()
    page.goto(site.url("/ar/submit/check/"))
    page.wait_for_url(re.compile("/receipt/"))
    assert page.locator(".ref").first.inner_text() == reference
    page.locator("button[data-copy]:visible").first.click()
    assert said == []


def test_c17_fifty_presses_at_once_make_one_request(phone: BrowserContext, site: Site):
    page, _said = watched(phone)
    page.goto(drafted(phone, site, language="fr", until="check/"))
    form = page.locator("main form", has=page.locator('[name="seal"]'))
    fields = {
        name: form.locator(f'[name="{name}"]').input_value()
        for name in ("csrfmiddlewaretoken", "seal")
    }
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in phone.cookies())
    headers = {
        "Cookie": cookies,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": site.url("").rstrip("/"),
    }

    def send(_number: int) -> tuple[int, str]:
        with closing(HTTPConnection("localhost", site.port, timeout=30)) as wire:
            wire.request("POST", "/fr/submit/check/", urlencode(fields), headers)
            answer = wire.getresponse()
            return answer.status, answer.headers.get("Location", "")

    with ThreadPoolExecutor(max_workers=50) as together:
        answers = set(together.map(send, range(50)))

    assert [status for status, _place in answers] == [302]
    assert "/receipt/" in answers.pop()[1]


def test_over_the_limit_the_sum_is_done_in_the_background_and_the_request_leaves(
    chromium: Browser, site: Site
):
    address = {"X-Forwarded-For": "203.0.113.9"}
    context = chromium.new_context(viewport=NARROW, extra_http_headers=address)
    for _time in range(FILED_PER_ADDRESS):
        sent = context.request.post(
            site.url("/api/v1/complaints/"), data={**COMPLAINT, "organisation": "health"}
        )
        assert sent.status == 201
    page, said = watched(context)
    page.goto(drafted(context, site, language="fr", until="check/"))

    assert page.locator("[data-proof]").count() == 1
    assert barriers(page) == []
    press(page)
    page.wait_for_url(re.compile("/receipt/"), timeout=60_000)

    assert said == []
    context.close()
