"""What no template and no style sheet may hold. Each failure names the file."""

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Letters have no style sheet: mail programs drop them, so letters carry their styles in line.
TEMPLATES = sorted(
    path
    for folder in (ROOT / "templates", ROOT / "shared" / "ui" / "form_templates")
    for path in folder.rglob("*.html")
    if "emails" not in path.parts
)
SHEETS = sorted((ROOT / "shared" / "ui" / "static" / "ui" / "css").glob("*.css"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))

FORBIDDEN = {
    "a style in line": r"\sstyle\s*=|<style",
    "a script in line": r"<script(?![^>]*\bsrc=)",
    "an event in line": r"<[^>{]*\son[a-z]+\s*=",
    "a javascript address": r"javascript:",
    "another site's file": r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"']https?:",
}
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)"
    r"|(?:left|right|top|bottom|width|height)\s*:|text-align:\s*(?:left|right)|float\s*:)"
)


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = [path for path in TEMPLATES if re.search(FORBIDDEN[what], path.read_text(), re.I)]

    assert names(found) == []
    assert len(TEMPLATES) > 50


def head_comment(source: str) -> str:
    """What the comments say with which a template begins."""
    lines = itertools.takewhile(lambda line: line.startswith("{# "), source.splitlines())
    return " ".join(line[3:-3] for line in lines)


def test_every_component_declares_its_inputs():
    silent = [path for path in COMPONENTS if "Inputs: " not in head_comment(path.read_text())]

    assert names(silent) == []


def test_style_sheets_serve_both_directions():
    found = [
        f"{path.name}: {line.strip()}"
        for path in SHEETS
        for line in path.read_text().splitlines()
        if PHYSICAL.search(line) and "@media" not in line
    ]

    assert found == []


def test_style_sheets_do_not_space_letters():
    # It tears the letters of an Arabic word apart.
    assert names(path for path in SHEETS if "letter-spacing:" in path.read_text()) == []


def test_style_sheets_load_nothing_from_another_site():
    assert names(path for path in SHEETS if re.search(r"https?://|@import", path.read_text())) == []
