import re
from pathlib import Path

import pytest

from shared.ui.templatetags import ui

pytestmark = pytest.mark.django_db

COMPONENTS = Path(__file__).resolve().parents[3] / "templates" / "components"


@pytest.fixture(autouse=True)
def _demonstration(settings):
    settings.DEMO = True


def test_every_component_stands_in_the_gallery(client, fresh_templates):
    # Terms, tags and links are rendered once, and templates are looked for here.
    for rendered in (ui._deadline_html, ui._tag_html, ui.nav_item):
        rendered.cache_clear()
    # Charts have a gallery of their own: the statistics page.
    components = {
        f"components/{path.name}"
        for path in COMPONENTS.glob("*.html")
        if not path.name.startswith("chart_")
    }

    shown = {template.name for template in client.get("/gallery/").templates}

    assert components - shown == set()


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_the_gallery_is_seen_in_each_direction(client, language, direction):
    html = client.get(f"/gallery/?language={language}").content.decode()

    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [(language, direction)]


def test_four_reasons_for_emptiness_have_four_texts(client):
    html = client.get("/gallery/?language=en").content.decode()

    headings = re.findall(r'<div class="empty">.*?<h2>(.*?)</h2>', html, re.S)

    assert headings == [
        "Nothing here yet",
        "Nothing matches",
        "This list could not be read",
        "You may not see this",
    ]


def test_the_office_has_its_three_panes(client):
    html = client.get("/gallery/console/?language=en").content.decode()

    assert re.findall(r'class="office-(side|main|panel)"', html) == ["side", "main", "panel"]


def test_an_unknown_language_gives_the_gallery_in_arabic(client):
    html = client.get("/gallery/?language=../../etc").content.decode()

    assert re.findall(r'<html lang="(\w+)"', html) == ["ar"]
