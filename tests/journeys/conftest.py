"""A running installation and a real browser, once a run; browser tests say so when they cannot."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.journeys.site import Site, running_site
from tests.journeys.stripe import running_stripe
from tests.support.chromium import CHROMIUM, FLAGS
from tests.support.log_canaries import found_in_folder

# As long as the browser itself waits for a page: a loaded machine is slow, and that is no fault.
expect.set_options(timeout=30_000)


# Until the last journey has ended: its processes ask the database many times a second.
@pytest.fixture(scope="package")
def site(
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The installation, with two demo agencies and a few cases."""
    with (
        django_db_blocker.unblock(),
        running_stripe() as stripe,
        running_site(
            tmp_path_factory.mktemp("site"), agencies=2, complaints=30, stripe=stripe
        ) as running,
    ):
        yield running
        assert found_in_folder(running.outbox.parent) == []


# Once for all journeys, not once a run: while Playwright is open its loop counts as running in this
# thread, and Django would refuse the database to every test elsewhere.
@pytest.fixture(scope="package")
def playwright(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """What drives browsers."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: browser journeys are not run")
    # Before the loop: building the installation's database is refused as well.
    request.getfixturevalue("site")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def visitor(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A person at a phone, with JavaScript and without."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 740}, java_script_enabled=request.param, locale="ar-MA"
    )
    yield context
    context.close()


@pytest.fixture
def telephone(chromium: Browser) -> Iterator[BrowserContext]:
    """A telephone whose line can be cut."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="ar-MA")
    yield context
    context.close()
