"""What was sent and refused, or not taken, is neither lost nor shown to the next person."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

from tests.journeys.drafts import drafted
from tests.journeys.site import Site
from tests.journeys.steps import follow, press
from tests.journeys.test_lost_browser import kill, own_browser
from tests.journeys.test_offline import (
    BODY,
    KEPT,
    NO_CONNECTION,
    READY,
    STORY,
    arrive,
    fill_in,
    headings,
    lose_the_story,
    story_on_the_server,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("workers", ["allow", "block"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_back_after_a_refusal_shows_pages_in_their_language_and_keeps_nothing(
    chromium: Browser, site: Site, language: Literal["fr", "ar"], workers: Literal["allow", "block"]
):
    context = chromium.new_context(locale="ar-MA", service_workers=workers)
    page = context.new_page()
    page.goto(drafted(context, site, language=language, until=STORY))
    if workers == "allow":
        page.evaluate(READY)
        page.reload()
    page.locator('main [name="body"]').fill("Trop court")
    press(page)
    refused = (page.url, page.title(), page.evaluate("document.activeElement.className"))
    asked = invalid_on(page)

    page.goto(refused[0])
    page.goto(site.url(f"/{language}/about/"))
    page.go_back()

    assert refused[0] == site.url(f"/{language}/submit/{STORY}?refused=1")
    assert refused[1].startswith("خطأ" if language == "ar" else "Erreur")
    assert refused[2] == "error-summary"
    assert "body" in asked
    assert page.locator('main [name="body"]').input_value() == "Trop court"
    assert page.locator("html").get_attribute("lang") == language
    if workers == "allow":
        look_back_at_a_page_in_place(page, site, language)
    context.close()


def look_back_at_a_page_in_place(page: Page, site: Site, language: str) -> None:
    """What only a programme fills in is refused in place: history holds what was sent."""
    page.goto(drafted(page.context, site, language=language, until="check/"))
    page.locator("[name=website]").evaluate("(control) => { control.value = 'x'; }")
    press(page)
    sent = page.url
    page.goto(site.url(f"/{language}/about/"))
    page.go_back()
    assert page.url == sent
    assert not {*headings(page)} & {*NO_CONNECTION}
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate(KEPT) == []


def test_an_answer_without_a_line_outlives_a_killed_browser(
    playwright: Playwright, chromium: Browser, site: Site, tmp_path: Path
):
    with own_browser(playwright, tmp_path) as (browser, process):
        page = browser.contexts[0].new_page()
        lose_the_story(page, site)
        kill(process)

    with own_browser(playwright, tmp_path) as (browser, _process):
        page = browser.contexts[0].new_page()
        page.goto(site.url("/ar/kept/"))
        page.locator('[data-when="refused"]:visible, [data-when="empty"]:visible').or_(
            page.locator("main form")
        ).first.wait_for()
        kept = page.evaluate(KEPT)
        if kept:
            page.goto(drafted(browser.contexts[0], site, language="ar", until=STORY))
            follow(page.locator('[data-strip="kept"] a:visible'))
            follow(page.locator("[data-again]:visible"))
            page.locator('[data-strip="filled"]:visible').wait_for()
        else:
            page.goto(site.url(f"/ar/submit/{STORY}"))
        assert page.locator('main [name="body"]').input_value() == BODY


def test_an_untouched_form_has_nothing_invalid_for_screen_readers(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    page.goto(drafted(telephone, site, language="ar", until="about-you/"))

    assert invalid_on(page) == []


def test_a_pasted_text_that_is_too_long_stays_whole_and_is_counted(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    page.goto(drafted(telephone, site, language="fr", until=STORY))
    subject = page.locator("#id_subject")
    subject.focus()
    page.keyboard.insert_text("é" * 207)

    line = page.locator("[data-too-long-for=id_subject]")
    said = line.inner_text()
    page.keyboard.press("Backspace")
    again = line.inner_text()
    press(page)

    assert (said, again) == ("Caractères en trop : 7", "Caractères en trop : 6")
    assert subject.input_value() == "é" * 206
    subject.fill("é" * 200)
    assert line.count() == 0


def invalid_on(page: Page) -> list[str]:
    """The names of the controls that a screen reader calls invalid."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    bad = [
        node["backendDOMNodeId"]
        for node in nodes
        for one in node.get("properties", [])
        if one["name"] == "invalid" and one["value"]["value"] != "false"
    ]
    return page.locator("main [aria-invalid=true]").evaluate_all(
        "(controls) => controls.map((one) => one.name)"
    )[: len(bad)] or [str(number) for number in bad]


def test_an_answer_that_a_dead_server_did_not_take_is_sent_when_it_is_back(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    arrive(page, site, to=STORY)
    fill_in(page)
    dead = re.compile(rf"/submit/{STORY}$")
    telephone.route(dead, lambda route: route.fulfill(status=502, body="Bad gateway"))
    press(page)
    kept = (page.url, page.evaluate(KEPT))

    telephone.unroute(dead)
    page.wait_for_url(lambda url: "/kept/" not in url)

    assert kept == (site.url("/ar/kept/"), [f"/ar/submit/{STORY}"])
    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == BODY


def test_a_new_token_alone_does_not_keep_an_answer_from_its_own_draft(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    lose_the_story(page, site)
    telephone.clear_cookies(name="csrftoken")

    telephone.set_offline(False)
    page.wait_for_url(lambda url: "/kept/" not in url)

    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == BODY


def test_an_answer_with_an_old_token_is_sent_once_more_with_a_new_one(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    arrive(page, site, to=STORY)
    fill_in(page)
    telephone.clear_cookies(name="csrftoken")
    press(page)
    page.wait_for_url(lambda url: "/kept/" not in url and STORY not in url)

    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == BODY


def test_an_answer_is_neither_sent_nor_shown_in_the_draft_of_another_person(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    lose_the_story(page, site)
    telephone.clear_cookies(name="sessionid")
    page.close()
    telephone.set_offline(False)

    page = telephone.new_page()
    page.goto(drafted(telephone, site, language="ar", until=STORY))
    page.locator('[data-strip="kept"]:visible').wait_for()
    there = page.locator('main [name="body"]').input_value()
    fill_in(page)
    page.locator('main [name="body"]').fill(BODY + " another person")
    press(page)

    assert there == ""
    assert page.evaluate(KEPT) == [f"/ar/submit/{STORY}"]
    assert story_on_the_server(page, site) == BODY + " another person"
    page.goto(site.url("/ar/submit/later/"))
    follow(page.locator('form[action$="/discard/"] button'))
    assert page.evaluate(KEPT) == []


def test_a_request_that_fails_while_the_line_is_up_is_made_again(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    arrive(page, site, to=STORY)
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    telephone.route("**/fr/answers/", fail_once)
    page.goto(site.url("/fr/answers/"))

    assert len(failed) == 1
    assert not {*headings(page)} & {*NO_CONNECTION}
