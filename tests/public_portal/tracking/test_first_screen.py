"""What a citizen sees of a request without scrolling, on the smallest telephone, in every state."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, ViewportSize

from shared.kernel import clock
from tests.public_portal.tracking.scenes import DAY, FILED, LONG_REPLY, SCENES
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.chromium import CHROMIUM, PageViewer, page_viewer
from tests.support.reviewed import request_filed

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

PHONE: ViewportSize = {"width": 320, "height": 640}
LANGUAGES = ("ar", "fr", "en")
# The ends of what has to be seen, in pixels from the top; of the text, its first line.
MEASURE = """() => {
    const card = document.getElementById("now");
    const bottom = (one) => one.getBoundingClientRect().bottom;
    const text = card.querySelector(".free-text");
    const line = text && parseFloat(getComputedStyle(text).lineHeight);
    const act = card.querySelector(".button");
    return {
        title: bottom(card.querySelector("h2")),
        dates: [...card.querySelectorAll("dl time")].map(bottom),
        act: bottom(act),
        actHeight: act.getBoundingClientRect().height,
        text: text ? text.getBoundingClientRect().top + line : null,
        width: document.documentElement.scrollWidth,
    };
}"""


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageViewer]:
    """Chromium, with the fonts that the pages name."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    fonts = tmp_path_factory.mktemp("fonts")
    call_command("build_fonts", directory=fonts)
    with page_viewer(fonts=fonts) as viewer:
        yield viewer


@pytest.fixture
def registry(roads, bodies):
    """An administration whose name is as long as that of a real one."""
    roads.name_ar = "الوكالة الوطنية للمحافظة العقارية والمسح العقاري والخرائطية"
    roads.name_fr = (
        "Agence nationale de la conservation foncière, du cadastre et de la cartographie"
    )
    roads.name_en = "National Agency of Land Registry, Cadastre and Cartography"
    roads.save()
    return roads


def measured(viewer: PageViewer, html: str) -> dict[str, Any]:
    return viewer.view(html, size=PHONE, use=lambda page: page.evaluate(MEASURE))


def misfits(found: dict[str, Any]) -> list[str]:
    """What of a page does not stand on its first screen."""
    ends = {name: found[name] for name in ("title", "act", "text") if found[name] is not None}
    ends |= {f"date {place}": end for place, end in enumerate(found["dates"])}
    out = [f"{name} ends at {end}" for name, end in ends.items() if not 0 < end <= PHONE["height"]]
    if not found["dates"]:
        out.append("no date")
    if found["actHeight"] < 44:
        out.append(f"a target of {found['actHeight']}")
    if found["width"] > PHONE["width"]:
        out.append(f"{found['width']} wide")
    return out


def pages(visitor: Visitor) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        visitor.language = language
        yield language, visitor.see().content.decode()


@pytest.mark.parametrize("scene", SCENES)
def test_c12_state_date_and_next_act_stand_on_the_first_screen(viewer, visitor, registry, scene):
    make, days = SCENES[scene]
    with clock.travel(FILED):
        one = make(registry)
    with clock.travel(FILED + days * DAY):
        visitor.open(one.reference, one.receipt_code)
        seen = [(language, misfits(measured(viewer, page))) for language, page in pages(visitor)]

    assert seen == [(language, []) for language in LANGUAGES]


@pytest.mark.parametrize("scene", ["received", "asked", "answered", "refused twice", "overdue"])
def test_by_e_mail_address_alone_the_first_screen_is_the_same(viewer, visitor, registry, scene):
    make, days = SCENES[scene]
    with clock.travel(FILED):
        one = make(registry)
    with clock.travel(FILED + days * DAY):
        visitor.open(one.reference, EMAIL)
        seen = [(language, misfits(measured(viewer, page))) for language, page in pages(visitor)]

    assert seen == [(language, []) for language in LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_just_done_leaves_the_next_act_on_the_first_screen(
    viewer, visitor, registry, language
):
    one = request_filed(registry)
    visitor.language = language
    visitor.open(one.reference, one.receipt_code)
    visitor.do("messages/", body="La rue est toujours noire.")

    page = visitor.see().content.decode()

    assert 'role="status"' in page
    assert misfits(measured(viewer, page)) == []


FOLDS = ("conversation", "write", "files", "request", "ratings", "history", "accesses")
# Asking for the style of what is folded lets a change of medium take effect.
SHOWN = """names => {
    for (const one of document.querySelectorAll("details"))
        getComputedStyle(one, "::details-content").contentVisibility;
    return names.filter(name => document.getElementById(name).checkVisibility());
}"""


@pytest.fixture
def answered(visitor, registry):
    """The page of a request that was answered and rated."""
    with clock.travel(FILED):
        one = SCENES["answered, not settled"][0](registry)
        visitor.open(one.reference, one.receipt_code)
        return visitor.see().content.decode()


def shown(page: Page) -> list[str]:
    return list(page.evaluate(SHOWN, list(FOLDS)))


def test_conversation_and_history_are_folded_until_they_are_asked_for(viewer, answered):
    assert viewer.view(answered, size=PHONE, use=shown) == []


@pytest.mark.parametrize("fold", FOLDS)
def test_a_link_into_a_folded_part_opens_it_without_script(viewer, answered, fold):
    assert viewer.view(answered, size=PHONE, use=shown, fragment=f"#{fold}") == [fold]


def test_c19_paper_shows_every_part_without_script(viewer, answered):
    def on_paper(page: Page) -> list[str]:
        page.emulate_media(media="print")
        return shown(page)

    # The form is no use on paper; its part is open all the same.
    assert viewer.view(answered, size=PHONE, use=on_paper) == list(FOLDS)


def test_the_whole_reply_is_read_in_the_card_without_a_click(viewer, answered):
    text = viewer.view(
        answered,
        size=PHONE,
        use=lambda page: page.locator("#now .free-text").inner_text(),
    )

    assert LONG_REPLY.facts.strip() in text
    assert LONG_REPLY.decision.strip() in text
