"""What people expect everywhere, row by row, in a real browser on a running installation.

One browser and few contexts: each page is loaded once in each language and looked at in two widths.
Axe judges it in Arabic narrow and in French wide, and in English once more, narrow. C16 is measured
on the same pages while they are open.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from shared.ui.dates import MONTHS, moment_text
from tests.journeys.barriers import examined
from tests.journeys.seen import JUDGED, WIDTHS, Seen
from tests.journeys.site import ROOT, Site
from tests.journeys.steps import follow
from tests.support.second_step import give_code

pytestmark = pytest.mark.browser

PUBLIC = (
    "/{}/",
    "/{}/submit/",
    "/{}/track/",
    "/{}/statistics/",
    "/{}/statistics/health/",
    "/{}/answers/",
    "/{}/answers/cost/",
    "/{}/organisations/",
    "/{}/organisations/?kind=commune",
    "/{}/organisations/?q=sante",
    "/{}/organisations/?q=qqqqqqqq",
    "/{}/organisations/health/",
    "/{}/about/",
    "/{}/accessibility/",
    "/{}/privacy/",
    "/{}/status/",
    "/{}/kept/",
    "/{}/nothing/",
    "/offline/",
)
# Whose office, which of the demonstration's accounts at its door, and the pages of that role.
OFFICES = {
    "administrator": (
        "health",
        -1,
        ("/", "/reports/", "/staff/", "/staff/add/", "/setup/", "/leaving/"),
    ),
    "analyst": ("oversight", 0, ("/",)),
    "operator": ("oversight", -1, ("/agencies/",)),
}
MORE_THAN_A_TOAST = 600_000


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One visitor for the whole module."""
    context = examined(chromium.new_context(viewport=WIDTHS[1]))
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of that visitor, as wide as a desk's."""
    page = context.new_page()
    yield page
    page.close()


def sign_in(page: Page, site: Site, host: str, account: int) -> None:
    """With one click at the demonstration's door."""
    page.goto(site.url("/accounts/login/", host))
    follow(page.locator(".demo-accounts button").nth(account))
    assert "/accounts/login/" not in page.url


def test_e1_what_opens_over_a_page_is_a_dialog_and_gives_the_focus_back(page: Page, site: Site):
    page.goto(site.url("/gallery/console/?language=ar"))
    page.locator("[data-row] a").first.focus()

    page.keyboard.press("?")
    opened = page.evaluate("document.querySelector('dialog[open]')?.matches(':modal')")
    page.keyboard.press("Escape")
    back = page.evaluate("document.activeElement.closest('[data-row]') !== null")

    assert (opened, page.locator("dialog[open]").count(), back) == (True, 0, True)
    posing = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if 'role="dialog"' in path.read_text() or "aria-modal" in path.read_text()
    ]
    assert posing == []


def test_e2_what_an_act_did_stays_on_the_page(page: Page, site: Site):
    page.clock.install()
    page.goto(site.url("/fr/submit/"))
    page.evaluate(
        """() => {
            const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
            const form = document.createElement("form");
            form.method = "post";
            form.action = "/fr/submit/discard/";
            form.append(Object.assign(document.createElement("input"),
                {name: "csrfmiddlewaretoken", value: token}));
            document.body.append(form);
            form.submit();
        }"""
    )
    result = page.locator(".messages [role=status]")
    result.wait_for()

    page.clock.fast_forward(MORE_THAN_A_TOAST)

    assert result.is_visible()


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_e3_four_reasons_for_emptiness_have_four_texts(page: Page, site: Site, language: str):
    page.goto(site.url(f"/gallery/?language={language}"))

    texts = page.locator("#empty-state .empty").all_inner_texts()

    assert len(set(texts)) == len(texts) == 4


def test_e4_the_sign_of_long_work_says_how_far_it_is_and_at_which_step(page: Page, site: Site):
    page.goto(site.url("/gallery/?language=fr"))

    # No citizen and no officer waits for work of more than two seconds yet; this is its sign.
    work = page.locator("#nav-list .progress")
    bar = work.locator("progress")
    name = page.locator(f"#{bar.get_attribute('aria-labelledby')}")
    assert bar.evaluate("bar => [bar.value, bar.max]") == [40, 100]
    assert name.inner_text().endswith("40 %")
    assert work.locator("[role=status]").count() == 1


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_e5_a_refusal_is_in_the_language_in_style_and_leads_on(
    page: Page, site: Site, language: str, direction: str
):
    page.goto(site.url(f"/{language}/nothing/"))

    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (language, direction)
    assert page.locator("main a.button").get_attribute("href") == "/"
    style = "getComputedStyle(document.querySelector('.masthead').parentElement).backgroundColor"
    assert page.evaluate(style) == "rgb(13, 90, 63)"


def test_e6_a_distance_in_time_has_the_exact_day_in_its_title(page: Page, site: Site):
    page.goto(site.url("/gallery/?language=ar"))

    # The days of a ledger stand under their month and carry no title.
    times = page.locator('time[title]:not([title=""])')
    titles = times.evaluate_all("all => all.map(one => one.title)")
    texts = times.all_inner_texts()

    months = set(MONTHS["ar"])
    assert len(texts) > 4
    assert [
        (text, title)
        for text, title in zip(texts, titles, strict=True)
        if not any(month in f"{text} {title}" for month in months)
    ] == []


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 8, 1, 12, 0, tzinfo=UTC), "1 غشت 2026، 13:00"),
        # In Ramadan the clock of Casablanca goes back by an hour.
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "1 مارس 2026، 12:00"),
    ],
)
def test_e6_moments_are_told_by_the_clock_of_casablanca(moment: datetime, told: str):
    assert moment_text(moment, language="ar") == told


def test_e7_the_digits_of_a_reference_are_drawn_from_left_to_right(page: Page, site: Site):
    page.goto(site.url("/gallery/?language=ar"))

    drawn = page.locator(".ref").evaluate_all(
        """all => all.filter(one => one.checkVisibility()).map(one => {
            const text = one.firstChild;
            const starts = [...text.data.matchAll(/[0-9]+/g)].map(found => found.index);
            return starts.map(start => {
                const range = document.createRange();
                range.setStart(text, start);
                range.setEnd(text, start + 1);
                return range.getClientRects()[0].x;
            });
        })"""
    )

    assert [len(groups) for groups in drawn] == [4] * len(drawn)
    assert drawn == [sorted(groups) for groups in drawn]
    assert len(drawn) > 1


def test_e8_names_and_texts_of_others_keep_their_own_direction(page: Page, site: Site):
    page.goto(site.url("/fr/organisations/?kind=commune"))
    names = page.locator(".link-list:not(.counted) > li > a").count()
    isolated = page.locator(".link-list:not(.counted) > li > a > bdi").count()
    page.goto(site.url("/gallery/?language=ar"))

    text = page.locator('#summary-list dd[dir="auto"]').first

    assert (names, isolated) == (50, 50)
    assert text.evaluate("one => getComputedStyle(one).direction") == "ltr"


COLOURS = """() => [getComputedStyle(document.documentElement).backgroundColor,
    getComputedStyle(document.documentElement).color]"""


def test_e9_dark_quiet_and_forced_colours_are_obeyed(page: Page, site: Site):
    page.goto(site.url("/ar/"))
    transition = "getComputedStyle(document.querySelector('main .button')).transitionDuration"
    mark = "getComputedStyle(document.querySelector('.langs [aria-current]')).outlineStyle"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(COLOURS)

    page.emulate_media(color_scheme="dark", reduced_motion="reduce", forced_colors="none")
    dark, quiet = page.evaluate(COLOURS), page.evaluate(transition)
    page.emulate_media(color_scheme="light", forced_colors="active")
    forced = page.evaluate(mark)

    assert light == ["rgb(255, 255, 255)", "rgb(21, 33, 28)"]
    assert dark == ["rgb(13, 21, 18)", "rgb(233, 240, 236)"]
    assert quiet == "0s"
    assert forced == "solid"


def test_e9_a_dark_page_has_no_barrier(page: Page, site: Site):
    seen = Seen()
    page.emulate_media(color_scheme="dark")

    for path in ("/ar/", "/fr/organisations/health/", "/ar/status/", "/fr/nothing/"):
        seen.look(page, site.url(path), JUDGED[path[1:3]])

    assert seen.barriers == []


@pytest.mark.parametrize("language", JUDGED)
def test_c16_e10_e11_public_pages_are_large_have_no_barrier_and_load_nothing_from_elsewhere(
    page: Page, site: Site, language: str
):
    seen = Seen()
    seen.listen(page)

    for path in PUBLIC:
        seen.look(page, site.url(path.format(language)), JUDGED[language])
        seen.touch_and_enlarge(page)

    assert seen.barriers == []
    assert seen.small == []
    assert seen.wide == []
    assert seen.surprises() == []
    assert seen.hosts == {"localhost"}


@pytest.mark.parametrize("role", OFFICES)
def test_e10_e11_pages_of_the_staff_have_no_barrier_and_load_nothing_from_elsewhere(
    context: BrowserContext, page: Page, site: Site, role: str
):
    office, account, paths = OFFICES[role]
    seen, host = Seen(), f"{office}.localhost"
    # Whoever was here before stays signed in.
    context.clear_cookies()
    seen.listen(page)
    sign_in(page, site, host, account)
    case = page.locator("[data-row] a").first
    cases = [str(case.get_attribute("href"))] if case.count() else []

    for language in ("ar", "fr"):
        address = site.url("/", host)
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        for path in (*paths, *cases):
            seen.look(page, site.url(path, host), JUDGED[language])

    assert seen.barriers == []
    assert seen.wide == []
    assert seen.surprises() == []
    assert seen.hosts == {host}


@pytest.mark.parametrize(("office", "roles"), [("health", 3), ("oversight", 2)])
def test_e12_one_click_signs_in_to_the_demonstration(
    chromium: Browser, site: Site, office: str, roles: int
):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.url("/accounts/login/", f"{office}.localhost"))
    offered = page.locator(".demo-accounts button").count()

    follow(page.locator(".demo-accounts button").first)
    give_code(page, forget_used=site.forget_used_codes)
    assert "/accounts/login/" not in page.url

    assert offered == roles
    assert page.locator(".office-user").count() == 1
    context.close()


def test_c19_on_paper_there_is_the_content_and_no_furniture(page: Page, site: Site):
    page.goto(site.url("/ar/privacy/"))

    page.emulate_media(media="print")

    furniture = page.locator(".site-header, .site-footer, .skip, main form, main .button")
    assert furniture.count() > 2
    assert [one.is_visible() for one in furniture.all()] == [False] * furniture.count()
    assert page.locator("main h1").is_visible()
    assert page.locator("main .summary-list dd").first.is_visible()
