"""Every word that a template shows goes through gettext; the rest would be in one language only."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = (ROOT / "templates", ROOT / "shared" / "ui" / "form_templates")
# It shows the components to developers, with samples in several languages.
SAMPLES = {"gallery.html", "gallery_console.html", "gallery_forms.html", "gallery_lists.html"}
TEMPLATES = sorted(
    path
    for folder in FOLDERS
    for kind in ("*.html", "*.txt")
    for path in folder.rglob(kind)
    if path.name not in SAMPLES
)
TRANSLATED = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.S)
# These blocks stand inside of the <body> tag: names of classes and attributes.
NAMES = re.compile(r"{%\s*block body_(?:class|data)\s*%}.*?{%\s*endblock", re.S)
MARKS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"}
WORD = re.compile(r"[^\W\d_]{2,}")
UNSPOKEN_TAGS = {"script", "style", "svg", "code", "kbd", "pre"}
# Names that are the same in every language.
ALIKE = {"SHA-256"}
SPOKEN_META = {"description", "application-name", "apple-mobile-web-app-title"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent += tag in UNSPOKEN_TAGS
        if tag == "meta" and given.get("name") not in SPOKEN_META:
            return
        self.found += [
            f"{name}={value}"
            for name, value in attrs
            if name in SPOKEN and value and WORD.search(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in UNSPOKEN_TAGS and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent and WORD.search(data) and data.strip() not in ALIKE:
            self.found.append(data.strip())


def untranslated(template: str) -> list[str]:
    """The words of a template that stand outside of its tags for translation."""
    reader = _Reader()
    reader.feed(MARKS.sub("", NAMES.sub("", TRANSLATED.sub("", template))))
    return reader.found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p>{% translate "Good" %} {{ name }}</p>', []),
        ("<p>{% blocktranslate %}Good <b>day</b>{% endblocktranslate %}</p>", []),
        ("<p>Good day</p>", ["Good day"]),
        ('<img alt="A lamp" class="wide"><code>GET</code>', ["alt=A lamp"]),
        ('<body class="{% block body_class %}home{% endblock %}">', []),
    ],
)
def test_the_reader_tells_words_from_marks(template, found):
    assert untranslated(template) == found


def test_every_text_of_the_templates_is_translated():
    found = {
        str(path.relative_to(ROOT)): words
        for path in TEMPLATES
        if (words := untranslated(path.read_text()))
    }

    assert found == {}
    assert len(TEMPLATES) > 80
