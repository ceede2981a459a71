"""Pages of a case that goes from hand to hand, in a real browser: width, and what axe finds."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, ViewportSize

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.models.enums import TransferReason
from tests.journeys.barriers import barriers
from tests.journeys.seen import IS_WIDE, JUDGED, WIDTHS
from tests.public_portal.tracking.scenes import DAY, FILED, SUBJECT
from tests.support.chromium import CHROMIUM, PageViewer, page_viewer
from tests.support.custody import NOTE, competence_asked, hand_over, offer, request_filed
from tests.support.factories import PASSWORD, organisation_of
from tests.support.sessions import open_session

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

LANGUAGES = ("ar", "fr")


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageViewer]:
    """Chromium, with the fonts that the pages name."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    fonts = tmp_path_factory.mktemp("fonts")
    call_command("build_fonts", directory=fonts)
    with page_viewer(fonts=fonts) as viewer:
        yield viewer


def faults(viewer: PageViewer, html: str, size: ViewportSize, language: str) -> list[str]:
    """What is wrong with a page: wider than the screen, or a barrier."""

    def look(page: Page) -> list[str]:
        wide = ["it is too wide"] if page.evaluate(IS_WIDE) else []
        return wide + (barriers(page) if size in JUDGED[language] else [])

    return viewer.view(html, size=size, use=look, has_scripts=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fs10_page_of_a_moved_request_has_no_barrier(viewer, visitor, roads, water, language):
    with clock.travel(FILED):
        moved = request_filed(roads, subject=SUBJECT)
        offered = request_filed(roads, subject=SUBJECT)
        asked = request_filed(roads, subject=SUBJECT)
    with clock.travel(FILED + 9 * DAY):
        hand_over(moved, water)
        offer(offered, water)
        competence_asked(asked, water)
    visitor.language = language
    with clock.travel(FILED + 20 * DAY):
        pages = {}
        for one in (moved, offered, asked):
            visitor.open(one.reference, one.receipt_code)
            pages[one.reference] = visitor.see("case/?show=history").text

    found = [faults(viewer, html, size, language) for html in pages.values() for size in WIDTHS]
    assert found == [[]] * 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_fs7_page_of_a_split_request_has_no_barrier(viewer, visitor, roads, water, language):
    one = request_filed(roads, subject=SUBJECT)
    case_split(
        agency=roads,
        reference=one.reference,
        part=PartDraft(subject=SUBJECT, body="الماء في هذا الشارع بني اللون منذ شهر."),
        offer=OfferDraft(
            organisation_code=organisation_of(water).code,
            reason=TransferReason.COMPETENCE,
            note=NOTE,
        ),
        actor=SYSTEM,
    )
    visitor.language = language
    visitor.open(one.reference, one.receipt_code)
    html = visitor.see().text
    assert 'id="parts"' in html

    assert [faults(viewer, html, size, language) for size in WIDTHS] == [[], []]


@pytest.mark.parametrize("language", LANGUAGES)
def test_fs10_pages_on_competence_have_no_barrier(viewer, roads, water, language):
    one = request_filed(roads, subject=SUBJECT, place="شارع الزليج")
    competence_asked(one, water)
    analyst = Client(headers={"host": "oversight.testserver", "accept-language": language})
    user = user_create(
        email="eyes@oversight.example", name="Test Person", role=Role.ANALYST,
        password=PASSWORD, actor=SYSTEM, language=language,
    )  # fmt: skip
    open_session(analyst, user)
    address = f"/competence/{one.reference}/"
    decision = {
        "organisation_code": organisation_of(water).code,
        "text": "The pipe belongs to the public network.",
    }
    pages = [
        analyst.get("/competence/").text,
        analyst.get(address).text,
        analyst.post(address, {**decision, "text": ""}).text,
        analyst.post(address, decision).text,
    ]
    analyst.post(address, {**decision, "step": "send"})
    pages += [analyst.get("/competence/").text, analyst.get(address).text]

    found = [faults(viewer, html, size, language) for html in pages for size in WIDTHS]
    assert found == [[]] * 12
