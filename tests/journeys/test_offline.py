"""The line goes while somebody writes: the answer waits on the telephone and is sent once."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.journeys.drafts import drafted
from tests.journeys.site import Site
from tests.journeys.steps import follow, press

pytestmark = pytest.mark.browser

BODY = "انتظرت سبع ساعات في المستعجلات دون أن يراني طبيب، وكان ذلك ليلة الأحد."
EMAIL = "without-a-line@example.org"
MOST_PAGES = 12
STORY = "what-happened/"
# A worker that is ready sees what the next page sends, not always what this one does.
READY = "navigator.serviceWorker.ready.then(() => true)"
WATCHED = "navigator.serviceWorker.controller !== null"
KEPT = """() => new Promise((done) => {
    const opening = indexedDB.open("insaf", 1);
    opening.onerror = () => done(["closed"]);
    opening.onupgradeneeded = () => opening.result.createObjectStore("answers", {keyPath: "path"});
    opening.onsuccess = () => {
        const asked = opening.result.transaction("answers").objectStore("answers").getAllKeys();
        asked.onsuccess = () => { opening.result.close(); done(asked.result); };
    };
})"""
UNTIL_SENT = f"""async () => {{
    const kept = {KEPT};
    for (let look = 0; look < 100 && (await kept()).length; look += 1) {{
        await new Promise((done) => setTimeout(done, 50));
    }}
    return await kept();
}}"""
SAYS_IT_ONCE = """addEventListener("online", (event) => {
    if (window.hasSaidIt) event.stopImmediatePropagation();
});"""
SAID_TOO_EARLY = """() => new Promise((tried) => {
    navigator.serviceWorker.addEventListener("message", tried, {once: true});
    dispatchEvent(new Event("online"));
    window.hasSaidIt = true;
}).then(() => null)"""
CACHED = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const body = await (await cache.match(request)).text();
            found.push([new URL(request.url).pathname, body]);
        }
    }
    return found;
}"""


CHOICES = {
    "kind": "complaint",
    "organisation": "health",
    "declarations": "none",
    "privacy": "named",
    "party_kind": "person",
}
TEXTS = {"subject": "انتظار سبع ساعات", "body": BODY, "name": "مواطن تجريبي", "email": EMAIL}


# The same answers, for the short way to a page.
ANSWERS = {STORY: {"subject": TEXTS["subject"], "body": BODY}, "about-you/": {"email": EMAIL}}


def fill_in(page: Page) -> None:
    """Answer whatever this page asks."""
    for name, value in CHOICES.items():
        for control in page.locator(f'main input[name="{name}"][value="{value}"]').all():
            # By key: a click would miss where the line about what is kept has just come in above.
            control.press("Space")
    for name, text in TEXTS.items():
        for control in page.locator(f'main form[method="post"] [name="{name}"]').all():
            control.fill(text)
    for control in page.locator('main select[name="category"]').all():
        control.select_option(index=1)


def walk(page: Page, site: Site, *, to: str) -> None:
    """Answer page after page, until one is reached; whichever there are between."""
    page.goto(site.url("/ar/submit/"))
    for _page in range(MOST_PAGES):
        if to in page.url:
            return
        if page.url.endswith("/organisation/"):
            page.evaluate(READY)
            page.goto(page.url + "?q=wizarat+sseha")
        fill_in(page)
        press(page)
    raise AssertionError(f"{to} was not reached, but {page.url}: {page.inner_text('main')}")


def arrive(page: Page, site: Site, *, to: str) -> None:
    """At one page of the journey, which the worker of the site watches over."""
    page.goto(drafted(page.context, site, language="ar", until=to, changes=ANSWERS))
    page.evaluate(READY)
    page.reload()
    assert page.evaluate(WATCHED)


def lose_the_story(page: Page, site: Site) -> None:
    arrive(page, site, to=STORY)
    fill_in(page)
    page.context.set_offline(True)
    press(page)
    assert page.url == site.url("/ar/kept/")


def lose_the_story_with_a_word_too_early(page: Page, site: Site) -> None:
    """The browser says that the line is back when nothing gets through yet, then never again."""
    page.add_init_script(SAYS_IT_ONCE)
    lose_the_story(page, site)
    page.locator('[data-when="waiting"]:visible').wait_for()
    page.evaluate(SAID_TOO_EARLY)


def story_on_the_server(page: Page, site: Site) -> str:
    page.goto(site.url(f"/ar/submit/{STORY}"))
    return page.locator('main [name="body"]').input_value()


def test_an_answer_waits_for_the_line_and_is_then_on_the_server(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    lose_the_story(page, site)
    page.locator('[data-when="waiting"]:visible').wait_for()
    kept = page.evaluate(KEPT)

    telephone.set_offline(False)
    page.wait_for_url(lambda url: "/kept/" not in url)

    assert kept == [f"/ar/submit/{STORY}"]
    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == BODY


def test_a_page_tries_again_where_the_browser_spoke_too_early_and_sends_nothing_by_itself(
    telephone: BrowserContext, site: Site
):
    # What is not granted is refused: so is sending in the background, which most browsers lack.
    telephone.grant_permissions(["notifications"])
    page = telephone.new_page()
    lose_the_story_with_a_word_too_early(page, site)

    telephone.set_offline(False)
    page.wait_for_url(lambda url: "/kept/" not in url)

    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == BODY


def test_a_refusal_is_told_to_the_page_whoever_sent_the_answer(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    lose_the_story_with_a_word_too_early(page, site)
    telephone.clear_cookies()

    telephone.set_offline(False)

    page.locator('[data-when="refused"]:visible').wait_for()
    assert page.evaluate(KEPT) == [f"/ar/submit/{STORY}"]


def test_an_answer_that_was_left_behind_is_sent_on_the_next_visit(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    lose_the_story(page, site)
    page.close()
    telephone.set_offline(False)

    page = telephone.new_page()
    page.goto(site.url("/ar/about/"))

    assert page.evaluate(UNTIL_SENT) == []
    assert story_on_the_server(page, site) == BODY


def test_what_is_kept_can_be_deleted_at_once(telephone: BrowserContext, site: Site):
    page = telephone.new_page()
    lose_the_story(page, site)

    page.locator('[data-do="forget"]:visible').click()
    page.locator('[data-when="empty"]:visible').wait_for()
    telephone.set_offline(False)

    assert page.evaluate(KEPT) == []
    assert story_on_the_server(page, site) == ""


def test_an_answer_that_came_too_late_is_filled_in_again(telephone: BrowserContext, site: Site):
    page = telephone.new_page()
    lose_the_story(page, site)
    telephone.clear_cookies()
    telephone.set_offline(False)
    page.locator('[data-when="refused"]:visible').wait_for()

    arrive(page, site, to=STORY)
    unasked = page.locator('main [name="body"]').input_value()
    follow(page.locator('[data-strip="kept"] a:visible'))
    follow(page.locator("[data-again]:visible"))
    page.locator('[data-strip="filled"]:visible').wait_for()
    text = page.locator('main [name="body"]').input_value()
    press(page)
    assert STORY not in page.url

    assert (unasked, text) == ("", BODY)
    assert page.evaluate(KEPT) == []


def test_a_request_that_was_sent_without_a_line_is_filed_once(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    arrive(page, site, to="check/")
    telephone.set_offline(True)
    press(page)
    assert page.url == site.url("/ar/kept/")

    telephone.set_offline(False)
    page.wait_for_url("**/ar/submit/receipt/**")

    page.goto(site.url("/ar/about/"))
    assert page.evaluate(KEPT) == []
    assert len(site.wait_for_letters(to=EMAIL, count=1)) == 1


NO_CONNECTION = ("Pas de connexion", "لا يوجد اتصال")


def headings(page: Page) -> list[str]:
    return page.locator("h1:visible").all_inner_texts()


def test_a_page_without_a_line_says_so_in_its_language(telephone: BrowserContext, site: Site):
    page = telephone.new_page()
    arrive(page, site, to=STORY)
    telephone.set_offline(True)

    page.goto(site.url("/fr/answers/"))

    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("fr", "ltr")
    assert headings(page) == ["Pas de connexion"]
    assert page.title() == "Pas de connexion – Insaf"


def test_nothing_about_a_person_lies_in_the_cache_of_the_browser(
    telephone: BrowserContext, site: Site
):
    page = telephone.new_page()
    walk(page, site, to="/check/")
    page.goto(site.url(f"/ar/submit/{STORY}"))
    page.goto(site.url("/ar/track/"))

    cached = page.evaluate(CACHED)

    pages = [path for path, _body in cached if not path.startswith("/static/")]
    assert pages == ["/offline/"]
    assert [path for path, body in cached if BODY in body] == []
    assert len(cached) > 8
