"""Pictures of the main pages, in Arabic and French, at 320 and 1280 px.

``bin/dev shots --url http://localhost:8000 [--to docs/pictures]`` against a running demo.
"""

import argparse
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


def main() -> None:
    """Every page in every language and width; a file's name says which."""
    arguments = _arguments()
    folder = Path(arguments.to)
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--to", default="var/shots")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    return parser.parse_args()


if __name__ == "__main__":
    main()
