"""The pictures of README.md show the pages of today."""

import json
import re

from tests.support.screenshots import DIGESTS, PICTURES, README_PICTURES, ROOT, digest


def test_each_picture_was_taken_of_the_templates_and_style_sheets_of_today():
    kept = json.loads(DIGESTS.read_text())

    changed = [name for name in README_PICTURES if kept.get(name) != digest(name)]

    assert changed == [], "with a running demonstration: bin/dev shots --readme"


def test_readme_shows_all_pictures_and_no_other():
    shown = re.findall(r"docs/pictures/(\S+)\.png", (ROOT / "README.md").read_text())

    assert set(shown) == set(README_PICTURES)
    assert {path.stem for path in PICTURES.glob("*.png")} == set(README_PICTURES)


def test_a_changed_template_makes_another_digest(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.support.screenshots.ROOT", tmp_path)
    page = tmp_path / "templates" / README_PICTURES["home.ar.d"]
    page.parent.mkdir(parents=True)
    for name in ("base", "part"):
        (tmp_path / "templates" / f"{name}.html").write_text(name)
    page.write_text('{% extends "base.html" %}{% include "part.html" only %}')
    before = digest("home.ar.d")

    (tmp_path / "templates" / "part.html").write_text("other")

    assert digest("home.ar.d") != before
