"""A workspace from a list, watched while it comes to be, by people with script and without.

The work waits until the page is open, so that each of its states is really seen.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.journeys.barriers import barriers, examined
from tests.journeys.officers import enter
from tests.journeys.site import Site

pytestmark = pytest.mark.browser

HOST = "oversight.localhost"
NARROW: ViewportSize = {"width": 320, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 800}
STEPS = 1
SECONDS = 30_000
WAYS = [
    pytest.param("ar", NARROW, True, id="ar-narrow-script"),
    pytest.param("ar", NARROW, False, id="ar-narrow-no-script"),
    pytest.param("fr", WIDE, True, id="fr-wide-script"),
]


@pytest.fixture
def page(chromium: Browser, language: str, size: ViewportSize, has_script: bool, site: Site):
    """A window in one language."""
    context = examined(chromium.new_context(viewport=size, java_script_enabled=has_script))
    context.add_cookies([{"name": "language", "value": language, "url": site.url("/", HOST)}])
    yield context.new_page()
    context.close()


def look(page: Page, *, has_script: bool) -> None:
    if not has_script:
        # Axe is a script itself: the same page is looked at in the run that has it.
        return
    assert barriers(page) == [], page.url
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, page.url


def first_commune(page: Page) -> str:
    """The first one of a region that has no workspace, from the list that is downloaded."""
    page.locator('select[name="region"]').select_option(index=9)
    with page.expect_download() as started:
        page.locator('form[action$="/template.csv"] button').click()
    return started.value.path().read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]


@pytest.mark.parametrize(("language", "size", "has_script"), WAYS)
def test_e4_long_work_is_watched_from_waiting_to_done(page, site, language, has_script):
    enter(page.context, site, "analyst", code="oversight")
    page.goto(site.url("/workspaces/bulk/", HOST))
    look(page, has_script=has_script)
    code = first_commune(page)
    table = f"organisation;admin_email\n{code};chef@{code}.example\nnobody;\n"
    file = {"name": "communes.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator('input[type="file"]').set_input_files(file)
    page.locator('main form[method="post"] button').click()
    start = page.locator('button[form="checked-list"]:not([formaction])')
    start.wait_for()
    look(page, has_script=has_script)

    with site.operator_resting():
        start.click()
        page.wait_for_selector(".job-steps")
        address = page.url
        expect(page.locator(".job-steps > .timeline-next")).to_have_count(STEPS)
        look(page, has_script=has_script)
        page.reload()
        expect(page.locator(".job-steps > .timeline-next")).to_have_count(STEPS)

    expect(page.locator(".job-steps > .timeline-done")).to_have_count(STEPS, timeout=SECONDS)
    assert page.url == address
    assert page.locator('.job form[action$="/cancel/"]').count() == 0
    look(page, has_script=has_script)
    (letter,) = site.wait_for_letters(to=f"chef@{code}.example", count=1)
    words = letter.get_body(("plain",)).get_content()
    assert f"http://{code}.localhost:{site.port}/accounts/password/reset/" in words
    assert page.goto(site.url("/accounts/password/reset/", f"{code}.localhost")).status == 200
    page.goto(site.url("/jobs/", HOST))
    assert page.locator(f'main a[href="{urlsplit(address).path}"]').count() == 1
    look(page, has_script=has_script)
