"""A real browser: Debian's Chromium, and pages of ours shown in it without a server."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

# The shell is the same engine without windows, and takes half the time of the whole browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADDRESS = "http://pages.localhost/"
STATIC = "/static/"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageViewer:
    """Shows the markup of a page, with the style sheets and fonts of this code, in Chromium."""

    browser: Browser
    thread: ThreadPoolExecutor
    fonts: Path

    def view(
        self,
        html: str,
        *,
        size: ViewportSize,
        use: Callable[[Page], T],
        fragment: str = "",
        has_scripts: bool = False,
    ) -> T:
        """What ``use`` returns of the page, once its fonts are there.

        ``has_scripts``: axe waits with timers, which do not run in a page without scripts.
        """
        return self.thread.submit(self._view, html, size, use, fragment, has_scripts).result()

    def _view(
        self,
        html: str,
        size: ViewportSize,
        use: Callable[[Page], T],
        fragment: str,
        has_scripts: bool,
    ) -> T:
        context = self.browser.new_context(viewport=size, java_script_enabled=has_scripts)
        page = context.new_page()
        page.route("**/*", lambda route: self._serve(route, html))
        page.goto(ADDRESS + fragment)
        page.evaluate("document.fonts.ready.then(() => true)")
        try:
            return use(page)
        finally:
            context.close()

    def _serve(self, route: Route, html: str) -> None:
        path = urlsplit(route.request.url).path
        if route.request.is_navigation_request():
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif (file := self._static_file(path)) is not None:
            route.fulfill(path=file)
        else:
            route.fulfill(status=404)

    def _static_file(self, path: str) -> Path | None:
        name = path.removeprefix(STATIC)
        if name.startswith("fonts/"):
            return self.fonts / Path(name).name
        found = finders.find(name)
        return Path(found) if isinstance(found, str) else None


@contextmanager
def page_viewer(*, fonts: Path) -> Iterator[PageViewer]:
    """A browser in a thread of its own, so that the test's own thread may use the database.

    While Playwright is open, its loop counts as running in its thread, and Django would refuse the
    database to every test there.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        browser = thread.submit(
            playwright.chromium.launch, executable_path=CHROMIUM, args=FLAGS
        ).result()
        try:
            yield PageViewer(browser=browser, thread=thread, fonts=fonts)
        finally:
            thread.submit(browser.close).result()
            thread.submit(playwright.stop).result()
