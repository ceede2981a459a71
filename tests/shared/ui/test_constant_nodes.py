"""What is kept of a template's text, and what never may be."""

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.template.base import TextNode
from django.urls import NoReverseMatch, set_urlconf
from django.utils.translation import override

from shared.ui.constant_nodes import ConstantNode

TAGS = ["django.templatetags.i18n", "django.templatetags.static", "shared.ui.templatetags.ui"]


def engine(**templates: str) -> Engine:
    files = {f"{name}.html": text for name, text in templates.items()}
    loader = ("shared.ui.loaders.FoldedLoader", [("django.template.loaders.locmem.Loader", files)])
    return Engine(loaders=[loader], builtins=TAGS)


def nodes(text: str, **others: str) -> list[type]:
    return [type(node) for node in engine(page=text, **others).get_template("page.html").nodelist]


def rendered(text: str, context: dict[str, object] | None = None, **others: str) -> str:
    return engine(page=text, **others).get_template("page.html").render(Context(context))


@pytest.mark.parametrize(
    "text",
    [
        '<b>{% translate "Search" %}</b>',
        '{% translate "Open" context "verb" %} {% translate "Search" %}',
        '<link href="{% static "ui/css/base.css" %}">',
        '<a href="{% url "account_login" %}">',
        '<img src="{% asset "icons/icon.png" %}">',
        "{% htmx %}",
        '<p>{% include "part.html" only %}</p>',
    ],
)
def test_what_says_the_same_to_everybody_is_one_node(text):
    assert nodes(text, part='{% translate "Close" %}.') == [ConstantNode]


@pytest.mark.parametrize(
    "text",
    [
        "<b>{{ name }}</b>",
        "{% translate name %}",
        '{% translate "Search"|add:name %}',
        '{% translate "Open" context name %}',
        "{% static name %}",
        '{% static "ui/css/base.css" as address %}{{ address }}',
        "{% url name %}",
        '{% url "inbox:list-cases" as address %}{{ address }}',
        '{% url "casework:show-case" name %}',
        '{% include "part.html" %}',
        '{% include "part.html" with name=name only %}',
        '{% include "reader.html" only %}',
        "{% include name %}",
        "{% csrf_token %}",
    ],
)
def test_what_may_depend_on_the_reader_is_never_kept(text):
    found = nodes(text, part="{{ name }}", reader="{% csrf_token %}")

    assert ConstantNode not in found


def test_kept_words_are_those_of_each_language():
    page = engine(page='{% translate "Search" %}!').get_template("page.html")

    with override("fr"):
        french = page.render(Context())
    with override("ar"):
        arabic = page.render(Context())
    with override("fr"):
        assert page.render(Context()) == french == "Rechercher!"

    assert arabic not in (french, "")


def test_kept_addresses_are_those_of_each_site(settings):
    page = engine(page='{% url "account_login" %}!').get_template("page.html")
    found = []

    for site in (settings.ROOT_URLCONF, settings.PUBLIC_SCHEMA_URLCONF):
        set_urlconf(site)
        with override("fr"):
            found.append(page.render(Context()))
    set_urlconf(None)

    assert found == ["/accounts/login/!", "/fr/account/sign-in/!"]


def test_an_address_that_this_site_lacks_fails_each_time_and_not_on_the_others(settings):
    page = engine(page='{% url "inbox:list-cases" %}!').get_template("page.html")

    for _time in range(2):
        set_urlconf(settings.PUBLIC_SCHEMA_URLCONF)
        with pytest.raises(NoReverseMatch):
            page.render(Context())
    set_urlconf(settings.ROOT_URLCONF)
    assert page.render(Context()) == "/!"
    set_urlconf(None)


def test_words_that_are_named_are_kept_and_named_each_time():
    text = '{% translate "Search" as label %}{{ label }}{{ name }}'
    page = engine(page=text).get_template("page.html")

    with override("fr"):
        assert page.render(Context({"name": "1"})) == "Rechercher1"
        assert page.render(Context({"name": "2"})) == "Rechercher2"
    with override("en"):
        assert page.render(Context({"name": "3"})) == "Search3"


def test_a_part_in_another_language_says_nothing_in_that_of_its_page():
    text = (
        '{% translate "Search" as title %}{% language code %}{% translate "Search" %} {{ name }}'
        '{% include "part.html" %}{% include "part.html" only %}'
        '{% translate "Close" as title %}{{ title }}{% endlanguage %}'
        ' {{ title }} {% translate "Search" %} {% include "part.html" only %}'
    )
    page = engine(page=text, part='{% translate "Send" %}.').get_template("page.html")

    with override("en"):
        french = page.render(Context({"code": "fr", "name": "1 "}))
        english = page.render(Context({"code": "en", "name": "2 "}))

    assert french == "Rechercher 1 Envoyer.Envoyer.Fermer Fermer Search Send."
    assert english == "Search 2 Send.Send.Close Close Search Send."


def test_inside_of_conditions_and_loops_all_stays_in_its_place():
    text = (
        '{% for one in list %}{% if one %}<b>{% translate "Search" %}</b>{{ one }}'
        '{% elif name %}{% translate "Close" %}{{ name }}{% else %}{% translate "Send" %}.'
        '{% endif %}{% empty %}{% translate "Nobody" %}{% endfor %}'
    )

    with override("en"):
        assert rendered(text, {"list": [1, 0]}) == "<b>Search</b>1Send."
        assert rendered(text, {"list": [0], "name": "<N>"}) == "Close&lt;N&gt;"
        assert rendered(text, {"list": []}) == "Nobody"


def test_a_block_is_still_replaced_and_can_say_what_it_replaces():
    page = '{% extends "frame.html" %}{% block title %}{{ block.super }} {{ name }}{% endblock %}'
    frame = '<h1>{% block title %}{% translate "Search" %}{% endblock %}</h1>'

    with override("en"):
        assert rendered(page, {"name": "A"}, frame=frame) == "<h1>Search A</h1>"
        assert rendered('{% extends "frame.html" %}', frame=frame) == "<h1>Search</h1>"


def test_a_template_may_include_itself():
    page = '{% if list %}{{ list.0 }}{% include "page.html" with list=list.1 only %}{% endif %}.'

    assert rendered(page, {"list": [1, [2, None]]}) == "12..."
    endless = engine(page='.{% include "page.html" only %}')
    assert endless.get_template("page.html").nodelist[-1].__class__ is not ConstantNode


def test_an_include_that_is_missing_is_found_out_when_it_is_rendered():
    page = engine(page='{% include "nowhere.html" only %}').get_template("page.html")

    with pytest.raises(Exception, match="nowhere"):
        page.render(Context())


def test_plain_text_is_left_as_it_is():
    assert nodes("<p>Plain</p>") == [TextNode]


def test_a_mistake_in_a_template_is_told_as_ever():
    with pytest.raises(TemplateSyntaxError):
        engine(page="{% if %}").get_template("page.html")
