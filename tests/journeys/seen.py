"""What a browser sees of pages that are loaded once and looked at in several widths."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, ViewportSize

from tests.journeys.barriers import barriers

WIDTHS: tuple[ViewportSize, ...] = (
    {"width": 320, "height": 800},
    {"width": 1280, "height": 800},
)
# What axe finds depends on the language or on the width: it judges each of both once.
JUDGED = {"ar": WIDTHS[:1], "fr": WIDTHS[1:]}
# What the browser itself says of a page that we answer with 404 on purpose.
EXPECTED = "the server responded with a status of 404"
IS_WIDE = "document.documentElement.scrollWidth > innerWidth"
THUMB = 44
# A link within a sentence is as high as its line (WCAG 2.5.8 leaves those out).
SMALL = """
    thumb => [...document.querySelectorAll(
        "button, .button, nav a, select, summary, input:not([type=hidden]), textarea," +
        "th > a, h2 > a, h3 > a, .link-line > a, .chart-file > a"
    )].filter(one => one.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && !one.closest("[aria-hidden=true], .visually-hidden, .skip")
    ).map(one => {
        // Whoever touches a label touches its control.
        const parts = [one, ...(one.labels || [])];
        const height = Math.max(...parts.map(part => part.getBoundingClientRect().height));
        return [Math.round(height), one.outerHTML.slice(0, 100)];
    }).filter(([height]) => height > 2 && height < thumb).map(String)
"""


@dataclass(slots=True)
class Seen:
    """What a browser noticed on its way through the pages."""

    barriers: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    wide: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note every word in the console, every error and every host."""
        page.on("console", lambda line: self.said.append(f"{page.url}: {line.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("request", lambda sent: self.hosts.add(sent.url.split("/")[2].split(":")[0]))

    def look(self, page: Page, address: str, judged: tuple[ViewportSize, ...] = WIDTHS) -> None:
        """Load a page and look at it, narrow and wide; axe does where it is ``judged``."""
        page.goto(address)
        for size in WIDTHS:
            page.set_viewport_size(size)
            where = f"{address} {size['width']}"
            if page.evaluate(IS_WIDE):
                self.wide.append(where)
            if size in judged:
                self.barriers += [f"{where}: {line}" for line in barriers(page)]

    def touch_and_enlarge(self, page: Page) -> None:
        """Measure what is touched on the page that is open, then read it in letters twice as large.

        What is touched is as large as a thumb, and the letters need no more room than the screen.
        """
        page.set_viewport_size({"width": 640, "height": 800})
        self.small += [f"{page.url}: {one}" for one in page.evaluate(SMALL, THUMB)]
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate(IS_WIDE):
            self.wide.append(f"{page.url} 200%")

    def surprises(self) -> list[str]:
        """What was said beyond what we provoke."""
        return [line for line in self.said if EXPECTED not in line]
