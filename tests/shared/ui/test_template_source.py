"""White space of a template's source: what a page gets of it, and what only keeps lines short."""

import pytest
from django.forms.renderers import get_default_renderer
from django.template import Context, Engine
from django.template.loader import get_template

from shared.ui.template_source import template_folded


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("<ul>\n  <li>\n    a\n  </li>\n  <li>b</li>\n</ul>\n", "<ul><li>a</li><li>b</li></ul>"),
        ("{% if a %}\n  <p>b</p>\n{% else %}\n  c\n{% endif %}",
         "{% if a %}<p>b</p>{% else %}c{% endif %}"),
        ("one\n  two", "one two"),
        ("one\n  <b>two</b>\n  three", "one <b>two</b> three"),
        ("{{ one }}\n  {{ two }}", "{{ one }} {{ two }}"),
        ("{{ one }}\n  {% if two %}", "{{ one }} {% if two %}"),
        ("<b>one</b> <b>two</b>", "<b>one</b> <b>two</b>"),
        ("<b>one </b>two", "<b>one </b>two"),
        ("{% if a %} · {{ b }}\n{% endif %}", "{% if a %} · {{ b }}{% endif %}"),
        ("<br>\n<b>one</b>", "<br><b>one</b>"),
        ("{% load i18n %}\n{{ one }}", "{% load i18n %}{{ one }}"),
        ("{% url 'a' as b %}\n{{ b }}", "{% url 'a' as b %}{{ b }}"),
    ],
)  # fmt: skip
def test_a_line_end_is_a_space_beside_a_word_alone(source, folded):
    assert template_folded(source) == folded


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("<a\n   href=\"{% url 'c' %}\">d</a>", "<a href=\"{% url 'c' %}\">d</a>"),
        ('<input\n  name="a"\n>', '<input name="a">'),
        ('<a title="one\n  two">', '<a title="one\n  two">'),
        ('<a title="{% if b > 1 %}c{% endif %}"\n   {% if d %}e{% endif %}>',
         '<a title="{% if b > 1 %}c{% endif %}" {% if d %}e{% endif %}>'),
        ('{% include "a.html" with\n    b=c only %}', '{% include "a.html" with b=c only %}'),
    ],
)  # fmt: skip
def test_tags_go_on_in_the_next_line(source, folded):
    assert template_folded(source) == folded


@pytest.mark.parametrize("name", ["pre", "textarea", "script", "style"])
def test_every_sign_counts_where_readers_see_each(name):
    source = f"<{name}>\n  a\n\n  {{% if b %}}\n  c {{% endif %}}\n</{name}>"

    assert template_folded(source) == source


def test_a_comment_leaves_nothing_and_joins_nothing():
    assert template_folded("one {# two #} three") == "one  three"
    assert template_folded("<p>a</p>\n{# b #}\n<p>c</p>") == "<p>a</p><p>c</p>"
    assert template_folded("a\n{% comment %}<p>\n{% endcomment %}\nb") == "a b"


def test_a_text_to_translate_keeps_its_lines():
    source = (
        "<p>\n  {% blocktranslate trimmed %}\n    One\n    two.\n  {% endblocktranslate %}\n</p>"
    )

    assert (
        Engine(libraries={"i18n": "django.templatetags.i18n"})
        .from_string("{% load i18n %}" + template_folded(source))
        .render(Context())
        == "<p>One two.</p>"
    )
    untrimmed = "{% blocktranslate %}\n  One\n{% endblocktranslate %}"
    assert template_folded(untrimmed) == untrimmed


def test_folding_twice_changes_nothing():
    once = template_folded("<p>\n a {# b #}\n <i>c</i> d\n {% if e %}\n f{% endif %}\n</p>")

    assert template_folded(once) == once


def test_templates_of_this_project_are_folded_and_those_of_libraries_are_not():
    page, forms = get_template("components/back_link.html"), get_default_renderer()

    assert ">\n" not in page.template.source
    assert ">\n" not in forms.get_template("django/forms/field.html").template.source
    assert ">\n" in forms.get_template("django/forms/table.html").template.source


def test_letters_stay_as_they_are():
    assert "\n" in get_template("emails/link/body.txt").template.source
