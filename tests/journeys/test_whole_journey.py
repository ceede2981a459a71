"""A citizen files in Arabic, an agent answers, the citizen tracks, rates and re-opens.

In a real browser against a real installation, with JavaScript and without; axe looks at each page.
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from demo.accounts import DEMO_PASSWORD
from tests.journeys.barriers import barriers, examined
from tests.journeys.site import Site
from tests.journeys.steps import follow, press

pytestmark = pytest.mark.browser

BODY = "انتظرت سبع ساعات في المستعجلات دون أن يراني طبيب، وكان ذلك ليلة الأحد."


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f'input[name="{name}"][value="{value}"]').check(force=True)


def write(page: Page, name: str, text: str) -> None:
    page.locator(f'main [name="{name}"]').fill(text)


@pytest.fixture
def look(request: pytest.FixtureRequest):
    """Axe on a page, where there is JavaScript: axe needs it, and the pages are the same."""

    def inspect(page: Page) -> None:
        if request.node.callspec.id == "no-javascript":
            return
        assert barriers(page) == [], page.url

    return inspect


# Axe looks at the form's own pages in tests/journeys/test_rows_citizen.py.
def prove_address(page: Page, site: Site, email: str, look) -> None:
    """Open the link of the first letter and press its button."""
    (letter,) = site.wait_for_letters(to=email, count=1)
    body = letter.get_body(("plain",))
    assert body is not None
    (link,) = re.findall(r"https?://\S+", str(body.get_content()))
    page.goto(site.url(urlsplit(link).path))
    look(page)
    press(page)
    look(page)


def file_complaint(page: Page, site: Site, email: str, look) -> None:
    page.goto(site.url("/ar/submit/"))
    assert page.locator("html").get_attribute("dir") == "rtl"
    choose(page, "kind", "complaint")
    press(page)
    page.goto(page.url + "?q=wizarat+sseha")
    choose(page, "organisation", "health")
    look(page)
    press(page)
    choose(page, "declarations", "none")
    press(page)
    write(page, "subject", "انتظار سبع ساعات")
    write(page, "body", BODY)
    page.locator('select[name="category"]').select_option(index=1)
    press(page)
    press(page)
    if "/details/" in page.url:
        press(page)
    press(page)
    press(page)
    choose(page, "privacy", "named")
    press(page)
    choose(page, "party_kind", "person")
    write(page, "name", "مواطن تجريبي")
    write(page, "email", email)
    press(page)
    assert BODY in page.locator("main").inner_text()
    press(page)


def reference_on(page: Page) -> str:
    text = page.locator("main").inner_text()
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}|\d{16}", text)
    assert found is not None
    return found.group().replace(" ", "")


def receipt_code_on(page: Page) -> str:
    return str(re.findall(r'data-copy="(\d+)"', page.content())[1])


def show_that_it_is_mine(page: Page, receipt_code: str, look) -> None:
    assert "/track/case/proof/" in page.url
    look(page)
    write(page, "code", receipt_code)
    page.locator('main [name="code"]').press("Enter")
    page.wait_for_url(lambda url: "/proof/" not in url)


def answer_as_agent(page: Page, site: Site, reference: str, look) -> None:
    host = "health.localhost"
    page.goto(site.url("/accounts/login/", host))
    look(page)
    page.locator('input[name="login"]:visible').fill("agent@health.example")
    page.locator('input[name="password"]:visible').fill(DEMO_PASSWORD)
    page.locator('input[name="password"]:visible').press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    look(page)
    page.goto(site.url(f"/cases/{reference}/", host))
    assert BODY in page.locator("main").inner_text()
    look(page)
    page.goto(site.url(f"/cases/{reference}/reply/", host))
    choose(page, "outcome", "upheld")
    choose(page, "carried_out", "done")
    write(page, "facts", "تبين أن الطبيب المداوم كان وحده.")
    write(page, "rule", "ميثاق المستشفى.")
    write(page, "decision", "سيعين طبيب ثان ليلا.")
    look(page)
    page.locator('button[name="step"][value="check"]').click()
    page.locator('#composer button[value="send"]').wait_for()
    look(page)
    follow(page.locator('button[name="step"][value="send"]'))
    assert site.url(f"/cases/{reference}/", host) in page.url


def open_tracking(page: Page, site: Site, reference: str, email: str, look) -> None:
    page.goto(site.url("/ar/track/"))
    look(page)
    write(page, "reference", reference)
    write(page, "secret", email)
    press(page)
    assert "سيعين طبيب ثان ليلا." in page.locator("main").inner_text()
    look(page)


def test_a_complaint_from_the_form_to_its_reopening(
    visitor: BrowserContext, chromium: Browser, site: Site, look, request
):
    email = f"visitor-{request.node.callspec.id}@example.org"
    citizen = examined(visitor).new_page()
    file_complaint(citizen, site, email, look)
    reference, receipt_code = reference_on(citizen), receipt_code_on(citizen)
    prove_address(citizen, site, email, look)
    office = examined(chromium.new_context(locale="ar-MA"))

    answer_as_agent(office.new_page(), site, reference, look)
    office.close()
    asked, *letters = site.wait_for_letters(to=email, count=3)
    open_tracking(citizen, site, reference, email, look)
    citizen.goto(site.url("/ar/track/case/rating/"))
    show_that_it_is_mine(citizen, receipt_code, look)
    look(citizen)
    choose(citizen, "resolved", "no")
    citizen.locator('input[name="handling"][value="3"]').check(force=True)
    press(citizen)
    citizen.goto(site.url("/ar/track/case/reopen/"))
    look(citizen)
    choose(citizen, "reason", "not_done")
    write(citizen, "body", "لم يتغير شيء بعد شهر.")
    press(citizen)
    look(citizen)
    citizen.goto(site.url("/ar/track/case/?show=conversation#conversation"))

    assert "لم يتغير شيء بعد شهر." in citizen.locator("main").inner_text()
    assert [letter["Content-Language"] for letter in letters] == ["ar", "ar"]
    assert all(reference in str(letter["Subject"]) for letter in letters)
    assert reference not in asked.as_string()
