"""An institution asks for a workspace and gets it, in a real browser, narrow and wide."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.barriers import barriers, examined
from tests.journeys.site import Site
from tests.journeys.steps import follow
from tests.support.second_step import give_code

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class CitizenSession:
    """Who asks: in which language, how wide the screen is, and whether scripts run."""

    language: str
    width: int
    has_script: bool
    words: str
    code: str
    email: str


VISITS = [
    CitizenSession("ar", 320, False, "السكك الحديدية", "oncf", "amina@oncf.example"),
    CitizenSession("ar", 320, True, "anp", "anp", "leila@anp.example"),
    CitizenSession("fr", 1280, True, "onda", "onda", "omar@onda.example"),
]


def look(page: Page, *, has_script: bool = True) -> None:
    """What every page must be: no wider than the screen, and without a fault of accessibility.

    The examiner is a script itself: without scripts the same pages are only measured.
    """
    if has_script:
        assert barriers(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def go_on(page: Page) -> None:
    follow(page.locator("main form:visible button.button-large").first)


def code_in(letter) -> str:
    return str(re.findall(r"^\d{6}$", letter.get_body(("plain",)).get_content(), re.M)[0])


def link_in(letter) -> str:
    text = letter.get_body(("plain",)).get_content()
    return str(re.findall(r"https?://\S+/workspace/requests/\S+", text)[0])


def choose(page: Page, visit: CitizenSession) -> None:
    search = page.locator('main input[type="search"]')
    if visit.has_script:
        search.fill(visit.words)
        page.locator(f'#finder-list [data-code="{visit.code}"]').click()
        page.locator(f'#found input[value="{visit.code}"]:checked').wait_for()
    else:
        search.fill(visit.words)
        follow(page.locator('main form[role="search"] button'))
        page.locator(f'#found input[value="{visit.code}"]').check(force=True)
    look(page, has_script=visit.has_script)
    go_on(page)


def answer(page: Page, site: Site, visit: CitizenSession) -> None:
    page.goto(site.url(f"/{visit.language}/workspace/"))
    look(page, has_script=visit.has_script)
    follow(page.locator("main a.button-large"))
    look(page, has_script=visit.has_script)
    choose(page, visit)
    page.locator('main input[name="email"]').fill("amina@gmail.com")
    go_on(page)
    assert page.locator(".error-summary li").count() == 1
    look(page, has_script=visit.has_script)
    page.locator('main input[name="email"]').fill(visit.email)
    go_on(page)
    look(page, has_script=visit.has_script)
    letter = site.wait_for_letters(to=visit.email, count=1)[0]
    page.locator('main input[name="code"]').fill(code_in(letter))
    go_on(page)
    look(page, has_script=visit.has_script)
    page.locator('main input[name="person_name"]').fill("أمينة بنعلي")
    page.locator('main input[name="person_function"]').fill("Cheffe du service")
    page.locator('main input[name="phone"]').fill("0537 12 34 56")
    go_on(page)
    look(page, has_script=visit.has_script)
    page.locator('main input[name="volume"]').nth(1).check(force=True)
    if page.locator('main input[name="plan_code"]').count():
        page.locator('main input[name="plan_code"]').first.check(force=True)
    page.locator('main input[name="seats"]').fill("3")
    go_on(page)
    look(page, has_script=visit.has_script)
    page.locator('main input[name="agreed"]').check(force=True)
    go_on(page)
    look(page, has_script=visit.has_script)


def approve(page: Page, site: Site, *, is_judged: bool) -> None:
    """As the demonstration's analyst; the pages are the same each time, so axe judges them once."""
    page.goto(site.url("/accounts/login/", "oversight.localhost"))
    follow(page.locator(".demo-accounts button").first)
    give_code(page, forget_used=site.forget_used_codes)
    page.goto(site.url("/workspaces/", "oversight.localhost"))
    look(page, has_script=is_judged)
    follow(page.locator("table a").first)
    look(page, has_script=is_judged)
    follow(page.locator('form[action$="/approve/"] button.button'))
    assert "/jobs/" in page.url


@pytest.mark.parametrize("visit", VISITS, ids=["ar-320-without", "ar-320", "fr-1280"])
def test_an_institution_asks_is_approved_and_gets_its_workspace(
    chromium: Browser, site: Site, visit: CitizenSession
):
    institution = examined(
        chromium.new_context(
            viewport={"width": visit.width, "height": 800}, java_script_enabled=visit.has_script
        )
    )
    page = institution.new_page()
    told: list[str] = []
    page.on("console", lambda line: told.append(line.text) if line.type == "error" else None)

    answer(page, site, visit)
    go_on(page)
    look(page, has_script=visit.has_script)
    letter = site.wait_for_letters(to=visit.email, count=2)[1]
    desk = examined(chromium.new_context(viewport={"width": 1280, "height": 800}, locale="fr-MA"))
    approve(desk.new_page(), site, is_judged=visit is VISITS[0])
    page.goto(link_in(letter))
    ready = page.locator(f'main a[href*="//{visit.code}.localhost"]')
    ready.wait_for(timeout=60_000)
    look(page, has_script=visit.has_script)

    site.wait_for_letters(to=visit.email, count=4)
    assert page.goto(str(ready.get_attribute("href"))) is not None
    assert "/accounts/login/" in page.url
    # A private mailbox is refused by a page like any other.
    assert told == []
    desk.close()
    institution.close()
