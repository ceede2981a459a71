"""Text of people in lists that pages repeat: it stays text, and HTML is not written twice."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from agency_console.casework.types import ThreadEntry, Voice
from shared.kernel import clock
from shared.ui.markup import escaped
from shared.ui.types import Progress, TimelineEntry

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
MARKUP = "<script>alert(\"1\")</script> & 'x' {{ entry }} {0} %s"
# As the two tags show it, in one line.
LINE = """{% load ui %}<li class="timeline-{{ entry.progress }}"><p class="timeline-title">\
{{ entry.title }}</p>{% if entry.when %}<p class="timeline-when">{% exactly entry.when %}</p>\
{% endif %}{% if entry.by %}<p class="timeline-by"><bdi>{{ entry.by }}</bdi></p>{% endif %}\
{% if entry.text %}<p class="timeline-text free-text" dir="auto">{{ entry.text }}</p>{% endif %}\
</li>"""
SAID = """{% load ui %}<li class="message message-{{ entry.voice }}"><p class="message-head"><span>\
<strong>{{ entry.label }}</strong> · {{ entry.by|bdi }}</span><span>{% exactly entry.at %}</span>\
</p><p class="free-text" dir="auto">{{ entry.body }}</p></li>"""


@pytest.mark.parametrize(
    "value", [MARKUP, SafeString("<b>&amp;</b>"), gettext_lazy("Search"), 7, None, Progress.HERE]
)
def test_a_value_is_escaped_as_django_does_it(value):
    with override("fr"):
        assert escaped(value) == conditional_escape(value)


def test_a_timeline_is_what_a_template_makes_of_its_entries():
    entries = [
        TimelineEntry(title=MARKUP, when=NOW, text=MARKUP, by=MARKUP, progress=Progress.HERE),
        TimelineEntry(title="Due", when=date(2027, 1, 1), progress=Progress.NEXT),
        TimelineEntry(title="Closed"),
    ]

    with override("ar"), clock.travel(NOW):
        shown = page("{% load ui %}{% timeline entries %}", entries=entries)
        lines = "".join(page(LINE, entry=one) for one in entries)

    assert shown == f'<ol class="timeline">{lines}</ol>'


def test_a_conversation_is_what_a_template_makes_of_its_entries():
    entries = [
        ThreadEntry(
            voice=voice, label=MARKUP, by=MARKUP, at=NOW, proof="", body=f"{MARKUP}\n\n{MARKUP}"
        )
        for voice in Voice
    ]

    with override("fr"), clock.travel(NOW):
        shown = page("{% load casework %}{% thread entries %}", entries=entries)
        lines = "".join(page(SAID, entry=one) for one in entries)

    assert shown == f'<ol class="thread">{lines}</ol>'


def page(source, **context):
    return engines["django"].from_string(source).render(context)
