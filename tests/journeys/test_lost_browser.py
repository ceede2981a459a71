"""A browser is killed while its officer writes; the text goes on elsewhere."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys.citizen import file_case
from tests.journeys.site import Site
from tests.journeys.steps import follow
from tests.journeys.test_case_without_script import HOST, act, officer
from tests.support.chromium import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

# Long enough for two of the saves that come while somebody types.
TYPED_SECONDS = 9.0
BETWEEN_WORDS = 200
MAX_LOST_SECONDS = 5.0


@contextmanager
def own_browser(
    playwright: Playwright, folder: Path
) -> Iterator[tuple[Browser, subprocess.Popen[str]]]:
    """A Chromium that nobody else uses, with its process."""
    assert CHROMIUM is not None
    arguments = [*FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    with subprocess.Popen([CHROMIUM, *arguments], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = next(line for line in process.stderr if "DevTools listening" in line)
            yield playwright.chromium.connect_over_cdp(line.split()[-1]), process
        finally:
            process.kill()


def type_words(page: Page) -> list[tuple[str, float]]:
    """Type word after word as an officer does; says of each when it stood there."""
    began, typed = monotonic(), []
    while monotonic() - began < TYPED_SECONDS:
        word = f"word{len(typed):03d}"
        page.keyboard.type(f"{word} ")
        typed.append((word, monotonic()))
        page.wait_for_timeout(BETWEEN_WORDS)
    return typed


def test_of_a_reply_in_a_killed_browser_five_seconds_are_lost_and_another_officer_goes_on(
    playwright: Playwright, chromium: Browser, site: Site, tmp_path: Path
):
    elsewhere = officer(chromium, site, "agent")
    page = elsewhere.new_page()
    case = file_case(elsewhere.request, site, subject="The lamp of the lost browser")
    address = site.url(f"/cases/{case.reference}/", HOST)
    page.goto(address)
    page.locator('[data-keys="KeyI"]').click()
    with own_browser(playwright, tmp_path / "profile") as (browser, process):
        writing = officer(browser, site, "agent").new_page()
        writing.goto(f"{address}?write=reply")
        writing.locator("#id_facts").focus()
        typed = type_words(writing)
        process.kill()
        killed_at = monotonic()

    page.goto(address)

    kept = page.locator("#id_facts").input_value().split()
    words = [word for word, _at in typed]
    assert kept == words[: len(kept)]
    lost = [killed_at - at for word, at in typed if word not in kept]
    assert max(lost, default=0.0) <= MAX_LOST_SECONDS
    assert len(kept) > 10

    name = page.locator(".office-user bdi").inner_text()
    administrator = officer(chromium, site, "administrator")
    colleague = officer(chromium, site, "supervisor")
    theirs, giving = colleague.new_page(), administrator.new_page()
    theirs.goto(site.url("/", HOST))
    giving.goto(address)
    act(giving, "assign")
    giving.locator("#id_officer").select_option(
        label=theirs.locator(".office-user bdi").inner_text()
    )
    follow(giving.locator("#composer [data-submit]"))
    theirs.goto(address)
    begun = theirs.locator(".case-draft", has_text=f"{name} has begun: Reply")
    begun.locator("summary").click()
    expect(begun).to_contain_text(" ".join(kept))
    follow(begun.get_by_role("button", name="Go on with this text"))
    # What was under way when the browser died may have come in after that.
    expect(theirs.locator("#id_facts")).to_have_value(re.compile(f"^{' '.join(kept)}"))
    theirs.locator("#id_facts").press("Control+End")
    theirs.keyboard.type("and the rest")
    with theirs.expect_response("**/draft/reply/") as saved:
        theirs.keyboard.press("Tab")
    assert saved.value.ok
    theirs.reload()
    expect(theirs.locator("#id_facts")).to_have_value(re.compile("and the rest$"))
    for context in (elsewhere, administrator, colleague):
        context.close()
