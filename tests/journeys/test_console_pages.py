"""The pages of the console, narrow in Arabic and wide in French: axe finds no barrier."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.barriers import barriers, examined
from tests.journeys.citizen import file_case
from tests.journeys.officers import officer
from tests.journeys.seen import IS_WIDE
from tests.journeys.site import Site, looks
from tests.journeys.steps import follow
from tests.journeys.test_case_without_script import REPLY

pytestmark = pytest.mark.browser

CODE = "health"
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
# What the browser itself says of a page of ours that is right: that it came with 409, and that its
# script had put the focus where the page asks for it.
EXPECTED = re.compile("status of 409|Autofocus processing was blocked")
SIZES = {"ar": NARROW, "fr": WIDE}
PAGES = (
    "/?view=open",
    "/?view=mine",
    "/?view=promises",
    "/units/",
    "/units/add/",
    "/units/absences/",
    "/units/absences/add/",
    "/routing/",
    "/routing/add/",
    "/routing/try/?days=90&inactive=on",
    "/templates/",
    "/templates/add/reply/",
    "/labels/",
    "/inbox/filter/?view=open",
    "/inbox/views/",
    "/inbox/views/save/?view=open",
    "/dashboard/",
    "/setup/",
    "/setup/escalation/",
    "/bulk/",
    "/cases/approvals/",
    "/transfers/",
)
# Pages to which a link of another page leads, one after the other.
LINKED = (
    ("/units/", r"/units/\d+/"),
    ("/units/", r"/units/\d+/members/"),
    ("/routing/", r"/routing/[0-9a-f-]{36}/"),
    ("/routing/", r"/routing/[0-9a-f-]{36}/delete/"),
    ("/units/absences/add/", r"/units/absences/add/\d+/"),
    ("/templates/", r"/templates/\d+/", r"/templates/\d+/change/"),
    ("/dashboard/", r"/dashboard/officers/\d+/"),
)
ACTS = ("reply", "ask", "message", "note", "assign", "label", "interim", "direct", "refuse")


@dataclass(slots=True)
class Tour:
    """A browser on its way through the pages, and what was wrong with them."""

    page: Page
    site: Site
    wrong: list[str]
    said: list[str]

    def open(self, path: str) -> None:
        """Open a page and judge it."""
        self.page.goto(self.site.url(path, f"{CODE}.localhost"))
        self.judge()

    def judge(self, state: str = "") -> None:
        """Judge the page that is open."""
        where = f"{self.page.url.split('/', 3)[3]} {state}"
        self.wrong += [f"{where}: {one}" for one in barriers(self.page)]
        if self.page.evaluate(IS_WIDE):
            self.wrong.append(f"{where}: wider than the window")

    def press(self, selector: str) -> None:
        """Press a button, and judge the page to which it leads."""
        follow(self.page.locator(selector).first)
        self.judge(selector)

    def link(self, pattern: str) -> str:
        """The first address on the page that has this form."""
        found = re.search(rf'href="({pattern})(?:\?[^"]*)?"', self.page.content())
        assert found is not None, f"{self.page.url} has no {pattern}"
        return found.group(1)


@pytest.fixture(params=SIZES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def tour(chromium: Browser, site: Site, language: str) -> Iterator[Tour]:
    """An administrator's browser, in which nothing may be wrong at the end."""
    yield from touring(chromium, site, language, "administrator")


@pytest.fixture
def agents_tour(chromium: Browser, site: Site, language: str) -> Iterator[Tour]:
    """The same with an agent."""
    yield from touring(chromium, site, language, "agent")


def touring(chromium: Browser, site: Site, language: str, account: str) -> Iterator[Tour]:
    """Sign in, and judge at the end what was seen."""
    context = examined(officer(chromium, site, account, code=CODE))
    url = site.url("/", f"{CODE}.localhost")
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    page = context.new_page()
    page.set_viewport_size(SIZES[language])
    tour = Tour(page=page, site=site, wrong=[], said=[])
    page.on("console", lambda line: tour.said.append(f"{page.url}: {line.text}"))
    page.on("pageerror", lambda error: tour.said.append(f"{page.url}: {error}"))
    yield tour
    context.close()
    assert tour.wrong == []
    assert [line for line in tour.said if not EXPECTED.search(line)] == []


def test_pages_of_lists_and_settings(tour: Tour):
    for path in PAGES:
        tour.open(path)
    for path, *patterns in LINKED:
        tour.page.goto(tour.site.url(path, f"{CODE}.localhost"))
        for pattern in patterns:
            tour.open(tour.link(pattern))


def test_case_with_each_form_its_hints_and_what_leaves(tour: Tour):
    request = tour.page.context.request
    case = file_case(request, tour.site, organisation=CODE, subject="Rue sans lumière")
    address = f"/cases/{case.reference}/"
    tour.open(f"{address}?view=open")
    for act in ACTS:
        tour.open(f"{address}?view=open&write={act}")
    for part in ("similar/", "merge/", "days/", "?view=open&notes=1"):
        tour.open(f"{address}{part}")
    tour.open(f"/transfers/offer/{case.reference}/")
    tour.open(f"/transfers/split/{case.reference}/")
    tour.open(f"{address}?write=reply")
    tour.press('#composer button[value="save"]')
    tour.press('#composer button[value="save"]')

    page = tour.page
    stale = page.locator('#composer input[name="version"]')
    page.goto(tour.site.url(f"{address}?write=message", f"{CODE}.localhost"))
    stale.evaluate("field => field.value = '0'")
    page.locator("#id_body").fill("Nous venons lundi.")
    tour.press("#composer [data-submit]")
    expect(page.locator("#composer")).to_contain_text("Nous venons lundi.")
    tour.press("#composer [data-submit]")
    expect(page.locator(".held-text").last).to_be_visible()
    tour.judge("held")


def test_fs10_offer_from_its_form_to_the_page_of_the_receiver(
    tour: Tour, chromium: Browser, language: str
):
    page = tour.page
    case = file_case(page.context.request, tour.site, organisation=CODE, subject="Rue sombre")
    tour.open(f"/transfers/offer/{case.reference}/")
    page.locator("#id_words").fill("وزارة الداخلية" if language == "ar" else "intérieur")
    tour.press('button[value="search"]')
    page.locator('input[name="organisation_code"][value="interior"] + label').click()
    page.locator('input[name="reason"][value="competence"] + label').click()
    page.locator("#id_note").fill("L'éclairage de cette rue est de la compétence des communes.")
    tour.press('button[value="offer"]')
    offer = tour.link(r"/transfers/[0-9a-f-]{36}/")
    tour.open(offer)
    tour.open("/transfers/")

    context = examined(officer(chromium, tour.site, "supervisor", code="interior"))
    other = context.new_page()
    other.set_viewport_size(SIZES[language])
    for path in ("/transfers/", offer):
        other.goto(tour.site.url(path, "interior.localhost"))
        assert barriers(other) == []
        assert not other.evaluate(IS_WIDE)
    follow(other.locator('form[action$="/accept/"] button'))
    assert barriers(other) == []
    expect(other.locator("#custody")).to_be_visible()
    context.close()
    tour.open(f"/cases/{case.reference}/")
    expect(page.locator("#composer")).to_have_count(0)


# What of the first two fields' labels, and of all answers, lies under something or is cut. What
# stands further down is scrolled to, as for whoever comes to it by keyboard.
COVERED = """() => [...document.querySelectorAll(
        "#composer .choice > label, label[for=id_facts], label[for=id_rule]"
    )].filter(one => {
        one.scrollIntoView({block: "nearest"});
        const {x, y, width, height} = one.getBoundingClientRect();
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        return !one.contains(top) || one.scrollWidth > one.clientWidth;
    }).map(one => one.outerHTML)"""


def test_meaning_of_an_answer_covers_nothing(tour: Tour):
    tour.page.goto(tour.site.url("/?view=open", f"{CODE}.localhost"))
    address = tour.link(r"/cases/\d+/")
    for width in (768, 1280, 1440):
        tour.page.set_viewport_size({"width": width, "height": 900})
        tour.page.goto(tour.site.url(f"{address}?write=reply", f"{CODE}.localhost"))
        for answer in tour.page.locator('#composer input[name="outcome"]').all():
            answer.focus()
            expect(tour.page.locator("#composer .choice-hint:visible")).to_have_count(1)
            assert tour.page.evaluate(COVERED) == [], width


# Where the digit of an answer stands: the box that it is placed in.
DIGIT_BOXES = """() => [...document.querySelectorAll("#composer [data-choices] .choice")]
    .map(one => getComputedStyle(one).position)"""


def test_digit_of_each_answer_stands_beside_its_answer(tour: Tour):
    tour.page.goto(tour.site.url("/?view=open", f"{CODE}.localhost"))
    address = tour.link(r"/cases/\d+/")

    tour.page.goto(tour.site.url(f"{address}?write=reply", f"{CODE}.localhost"))

    assert tour.page.evaluate(DIGIT_BOXES) == ["relative"] * 6


def test_bar_of_chosen_cases_leaves_room_for_the_list(tour: Tour):
    page = tour.page
    page.goto(tour.site.url("/?view=open", f"{CODE}.localhost"))
    page.locator("[data-row] input").first.check()
    bar = page.locator("[data-bulk]")

    expect(bar).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-bulk-number]")).to_have_text("1")
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] < page.evaluate("innerHeight") / 3
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    assert len(set(page.locator("#id_which").evaluate(colours))) == 2


def test_many_cases_are_previewed_done_and_undone(tour: Tour):
    tour.open("/?view=open")
    for box in tour.page.locator("[data-row] input").all()[:3]:
        box.check()
    tour.judge("chosen")
    tour.press('[data-bulk-act="label"]')
    tour.page.locator('input[name="add"]').first.check(force=True)
    tour.press('main form[action*="/bulk/"] button.button:not(.button-secondary)')
    tour.press('form[action$="/start/"] button')
    tour.press('form[action$="/undo/"] button')
    tour.open("/bulk/")


def test_decision_of_an_agent_is_approved(tour: Tour, agents_tour: Tour):
    require(tour, "yes")
    try:
        page = agents_tour.page
        request = page.context.request
        case = file_case(request, tour.site, organisation=CODE, subject="Rue sans trottoir")
        agents_tour.open(f"/cases/{case.reference}/?write=reply")
        page.locator('input[name="outcome"][value="upheld"]').check(force=True)
        page.locator('input[name="carried_out"][value="done"]').check(force=True)
        for name, text in REPLY.items():
            page.locator(f"#id_{name}").fill(f"{text} {case.reference}")
        page.locator("#composer [data-submit]").click()
        page.locator('#composer button[value="send"]').wait_for()
        agents_tour.judge("check")
        agents_tour.press('#composer button[value="send"]')
        agents_tour.open(f"/cases/{case.reference}/")
        tour.open("/cases/approvals/")
        tour.open(tour.link(r"/cases/approvals/[0-9a-f-]{36}/"))
        tour.page.locator("#id_reason").fill("Quand ?")
        tour.press('form[action$="/return/"] button')
        agents_tour.open(f"/cases/{case.reference}/?write=reply")
        # A returned text stands at the top of its author's inbox until something becomes of it.
        agents_tour.press('[form="composer-discard"]')
    finally:
        require(tour, "no")


def require(tour: Tour, needed: str) -> None:
    """Let a supervisor approve what agents decide, or not; every process knows it then."""
    settings = tour.site.url("/setup/", f"{CODE}.localhost")
    tour.page.goto(settings)
    button = tour.page.locator('form[action$="/approval/"] button')
    follow(button)
    for _look in looks():
        tour.page.goto(settings)
        if button.get_attribute("value") != needed:
            return
    raise TimeoutError("the agency does not learn of its own setting")
