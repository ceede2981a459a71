"""A browser is killed while its officer writes; the text goes on elsewhere."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys.citizen import file_case
from tests.journeys.officers import officer
from tests.journeys.site import Site
from tests.journeys.steps import follow
from tests.journeys.test_case_without_script import HOST, act
from tests.support.chromium import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

# By the page's own clock: the third save would come with the next word.
WORDS, BETWEEN_WORDS, SAVES = 47, 250, 2
MAX_LOST = 5_000


@contextmanager
def own_browser(
    playwright: Playwright, folder: Path
) -> Iterator[tuple[Browser, subprocess.Popen[str]]]:
    """A Chromium that nobody else uses, with its process."""
    assert CHROMIUM is not None
    arguments = [*FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    with subprocess.Popen(
        [CHROMIUM, *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stderr is not None
            line = next(line for line in process.stderr if "DevTools listening" in line)
            yield playwright.chromium.connect_over_cdp(line.split()[-1]), process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a browser with the processes that send and draw for it: they would save once more."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def type_words(page: Page) -> list[str]:
    """Type word after word, until shortly before the text is saved once more."""
    saved: list[int] = []
    page.on("response", lambda one: saved.append(one.status) if "/draft/" in one.url else None)
    words = [f"word{number:03d}" for number in range(WORDS)]
    for word in words:
        page.keyboard.type(f"{word} ")
        page.clock.run_for(BETWEEN_WORDS)
    while len(saved) < SAVES:
        page.wait_for_event("response")
    # The page's clock goes on by itself, too: on a slow machine there may be one more.
    assert {*saved} == {200}
    return words


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
        writing.clock.install()
        writing.goto(f"{address}?write=reply")
        writing.locator("#id_facts").focus()
        words = type_words(writing)
        kill(process)

    page.goto(address)

    kept = page.locator("#id_facts").input_value().split()
    assert kept == words[: len(kept)]
    assert 0 <= (len(words) - len(kept)) * BETWEEN_WORDS <= MAX_LOST

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
    expect(theirs.locator("#id_facts")).to_have_value(re.compile(f"^{' '.join(kept)} ?$"))
    theirs.locator("#id_facts").press("Control+End")
    theirs.keyboard.type("and the rest")
    with theirs.expect_response("**/draft/reply/") as saved:
        theirs.keyboard.press("Tab")
    assert saved.value.ok
    theirs.reload()
    expect(theirs.locator("#id_facts")).to_have_value(re.compile("and the rest$"))
    for context in (elsewhere, administrator, colleague):
        context.close()
