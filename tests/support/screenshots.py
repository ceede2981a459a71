"""Pictures of the main pages, in Arabic and French, at 320 and 1280 px, of a running demonstration.

``bin/dev shots --url http://localhost:8000 [--to FOLDER]`` takes all of them, ``--readme`` those of
README.md into docs/pictures, with a digest of the templates and style sheets that each shows.
"""

import argparse
import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from demo.accounts import DEMO_PASSWORD, OVERSIGHT_EMAIL
from tests.support.second_step import give_code

CITIZEN_PAGES = {
    "home": "",
    "submit": "submit/",
    "track": "track/",
    "statistics": "statistics/",
    "answers": "answers/",
    "organisations": "organisations/?q=wizarat+sseha",
}
OFFICE_PAGES = {
    "inbox": ("health", "agent@health.example", "/?view=open"),
    "oversight": ("oversight", OVERSIGHT_EMAIL, "/"),
}
WIDTHS = {"m": 320, "d": 1280}
ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
DIGESTS = PICTURES / "digests.json"
# Each picture of README.md, and the template of its page.
README_PICTURES = {
    "home.ar.d": "public_portal/pages/home.html",
    "inbox.ar.d": "agency_console/inbox.html",
    "submit.fr.m": "public_portal/intake/kind.html",
    "track.ar.m": "public_portal/tracking/start.html",
}
_OTHER_TEMPLATE = re.compile(r'\{%\s*(?:include|extends)\s+"([^"]+)"')
_STYLE_SHEET = re.compile(r'"(ui/css/[^"]+)"')


def main() -> None:
    """Every page in every language and width; a file's name says which."""
    arguments = _arguments()
    if not arguments.readme:
        pictures_take(arguments, Path(arguments.to))
        return
    with tempfile.TemporaryDirectory() as folder:
        pictures_take(arguments, Path(folder))
        for name in README_PICTURES:
            (PICTURES / f"{name}.png").write_bytes((Path(folder) / f"{name}.png").read_bytes())
    digests = {name: digest(name) for name in README_PICTURES}
    DIGESTS.write_text(json.dumps(digests, indent=2) + "\n")


def digest(name: str) -> str:
    """What a picture shows: a hash of its page's templates and of their style sheets."""
    found, pending = set[Path](), [README_PICTURES[name]]
    while pending:
        path = ROOT / "templates" / pending.pop()
        if path in found:
            continue
        found.add(path)
        source = path.read_text()
        pending += _OTHER_TEMPLATE.findall(source)
        found |= {ROOT / "shared/ui/static" / sheet for sheet in _STYLE_SHEET.findall(source)}
    contents = (path.read_bytes() for path in sorted(found))
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def pictures_take(arguments: argparse.Namespace, folder: Path) -> None:
    """Visit each page and keep its picture in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=arguments.chromium, args=["--headless", "--no-sandbox"]
        )
        for letter, width in WIDTHS.items():
            for language in ("ar", "fr"):
                context = browser.new_context(viewport={"width": width, "height": 900})
                _citizen(context, arguments.url, folder, f"{language}.{letter}", language)
                context.close()
        for name, office in OFFICE_PAGES.items():
            for language in ("ar", "fr"):
                _office(browser, arguments.url, folder, name, language, *office)
        browser.close()


def _citizen(context: BrowserContext, url: str, folder: Path, suffix: str, language: str) -> None:
    page = context.new_page()
    for name, path in CITIZEN_PAGES.items():
        page.goto(f"{url}/{language}/{path}")
        page.screenshot(path=folder / f"{name}.{suffix}.png")


def _office(
    browser: Browser,
    url: str,
    folder: Path,
    name: str,
    language: str,
    host: str,
    email: str,
    path: str,
) -> None:
    there = url.replace("://", f"://{host}.")
    context = browser.new_context(viewport={"width": WIDTHS["d"], "height": 800}, locale=language)
    context.add_cookies([{"name": "language", "value": language, "url": there}])
    page = context.new_page()
    page.goto(f"{there}/accounts/login/")
    page.locator('input[name="login"]:visible').fill(email)
    page.locator('input[name="password"]:visible').fill(DEMO_PASSWORD)
    page.locator('input[name="password"]:visible').press("Enter")
    page.wait_for_url(lambda reached: "/accounts/login/" not in reached)
    give_code(page)
    page.goto(f"{there}{path}")
    page.screenshot(path=folder / f"{name}.{language}.d.png")
    context.close()


def chromium() -> str:
    """The browser of this machine, whichever of Debian's it has."""
    names = ("chromium", "chromium-headless-shell")
    return next(filter(None, map(shutil.which, names)), "/usr/bin/chromium")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--to", default="var/shots")
    parser.add_argument("--readme", action="store_true", help="the pictures of README.md alone")
    parser.add_argument("--chromium", default=chromium())
    return parser.parse_args()


if __name__ == "__main__":
    main()
