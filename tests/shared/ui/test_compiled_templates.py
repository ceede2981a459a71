"""Templates that are compiled to functions write and call what Django's own nodes do."""

import re
from itertools import product

import pytest
from django.template import Context, Engine, Library
from django.utils.html import format_html
from django.utils.translation import override

from shared.ui.rendering.compilation import CompiledNodeList
from tests.shared.ui.template_values import Calls, values

TAGS = ["django.templatetags.i18n", "django.templatetags.static", "shared.ui.templatetags.ui"]
ADDRESS = re.compile(r"0x[0-9a-f]+", re.IGNORECASE)
LOADERS = ("shared.ui.loaders.FoldedLoader", "django.template.loaders.cached.Loader")


def engines(page, *, invalid="", debug=False, **others):
    """Our engine and Django's, with the same templates."""
    files = {f"{name}.html": text for name, text in {"page": page, **others}.items()}
    source = ("django.template.loaders.locmem.Loader", files)
    return [
        Engine(loaders=[(loader, [source])], builtins=TAGS, string_if_invalid=invalid, debug=debug)
        for loader in LOADERS
    ]


VARIABLES = [
    *("text", "safe", "html", "lazy", "choice", "choice.label", "none", "yes", "zero", "number"),
    *("decimal", "float", "day", "day.year", "moment", "list", "list.0", "list.2.name", "list.7"),
    *("list.name", "dict.key", "dict.items", "dict.keys", "dict.inner.row.plain", "dict.0"),
    *("dict.none.deeper", "number_keys.0", "row.plain", "row.name", "row.read", "row.lacking"),
    *("row.mistyped", "row.missing_row", "row.broken", "row.method", "row.method.key"),
    *("row.method.none.deeper", "row.with_argument", "row.absent", "row.0", "row.nothing.deeper"),
    *("frozen.name", "frozen.inner.name", "frozen.inner.inner.read", "frozen.absent", "frozen.0"),
    *("items_of.name", "items_of.other", "items_of.0", "items_of.absent", "text.upper", "text.0"),
    *("context_of.name", "context_of.push", "context_of.dicts", "context_of.absent", "kind.label"),
    *("kind.absent", "colours.RED", "colours.RED.value", "colours.absent", "call", "call.key"),
    *("call.absent", "changing", "changing.deeper", "uncalled", "uncalled.label", "silent"),
    *("silent.deeper", "loud", "mistyped", "bytes_of", "needs_one", "needs_one.deeper", "builtin"),
    *("absent", "absent.deeper", "push", "template", "dicts", "True", "None", "forloop", "block"),
    *("12", "1.5", "'<literal>'", '"a %s"', '_("Search")', "1234567", "request", "flatten"),
]
FILTERS = [
    *("upper", "default:'<d>'", "default:row.read", "default:absent", "default_if_none:text"),
    *("safe", "escape", "length", "add:number", "add:'<x>'", "date:'H:i'", 'default:_("Search")'),
    *("linebreaksbr", "bdi", "day", "join:', '", "first", "urlize", "stringformat:'s'|upper"),
    *("truncatechars:3", "force_escape|lower", "floatformat:2", "yesno:'<y>,n'", "name_in"),
]
CONDITIONS = [
    *("{0}", "not {0}", "{0} and row.read", "{0} or row.read", "{0} == number", "{0} != none"),
    *("{0} > 5", "{0} <= zero", "{0} in list", "{0} not in dict", "{0} is none", "'a' in {0}"),
    *("{0} is not none", "not {0} or {0} and not row.read", "{0}|length > 1", "{0}|default:absent"),
    *("{0} and {0}|default:absent", "{0} < {0} or yes"),
]


def rendered(engine, name="page.html", autoescape=True, **more):
    """The text, or the error, and the calls of a rendering."""
    calls = Calls()
    given = Context({**values(calls), **more}, autoescape=autoescape)
    try:
        text = engine.get_template(name).render(given)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    return type(text), ADDRESS.sub("", text), list(calls), len(given.dicts)


def assert_alike(page, *, autoescape=True, invalid="", **others):
    """Our engine writes and calls what Django's does, the first and the second time."""
    ours, djangos = engines(page, invalid=invalid, **others)
    assert isinstance(ours.get_template("page.html").nodelist, CompiledNodeList)

    for _time in range(2):
        found = rendered(ours, autoescape=autoescape)

        assert found == rendered(djangos, autoescape=autoescape), page


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_is_looked_up_called_and_escaped_as_in_django(variable, settings):
    settings.USE_THOUSAND_SEPARATOR = True

    for invalid, autoescape, language in product(("", "?", "<%s>"), (True, False), ("fr", "ar")):
        with override(language):
            assert_alike(f"{{{{ {variable} }}}}.", autoescape=autoescape, invalid=invalid)


@pytest.mark.parametrize("filters", FILTERS)
def test_filters_get_the_same_values_and_arguments(filters):
    for variable, autoescape in product(VARIABLES, (True, False)):
        assert_alike(f"{{{{ {variable}|{filters} }}}}", autoescape=autoescape)


def test_filters_of_a_variable_that_is_missing_follow_the_text_for_it():
    for filters, invalid in product(FILTERS, ("?", "<%s>")):
        assert_alike(f"{{{{ absent|{filters} }}}}{{{{ row.absent|{filters} }}}}", invalid=invalid)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_are_met_in_the_same_cases_and_call_the_same(condition):
    # Django's parser does not read a translated literal with a filter in a condition.
    for variable in VARIABLES:
        if "|" in condition and variable.startswith("_("):
            continue
        asked = condition.format(variable)
        assert_alike(f"{{% if {asked} %}}yes{{% elif row.read %}}other{{% else %}}no{{% endif %}}")
        assert_alike(f"{{% if {asked} %}}{{% endif %}}.", invalid="?")


@pytest.mark.parametrize("variable", VARIABLES)
def test_loops_go_through_the_same_values(variable):
    body = "{{ one }}{{ forloop.counter }}{{ forloop.revcounter0 }}{{ forloop.last }}"

    assert_alike(f"{{% for one in {variable} %}}{body}{{% empty %}}none{{% endfor %}}{{{{ one }}}}")
    assert_alike(f"{{% for one in {variable} reversed %}}{body}{{% endfor %}}")
    assert_alike(f"{{% for a, b in {variable} %}}{{{{ a }}}}{{{{ b }}}}{{% endfor %}}{{{{ a }}}}")


PAGES = {
    "loops inside of each other": (
        "{% for row in pairs %}{{ forloop.first }}{% for one in row %}{{ forloop.counter0 }}"
        "{{ forloop.parentloop.counter }}{{ forloop.parentloop.parentloop }}{{ one }}"
        "{% for a, b in pairs reversed %}{{ a }}{{ forloop.parentloop.parentloop.last }}"
        "{% endfor %}{% endfor %}{{ forloop.revcounter }}{% endfor %}{{ forloop }}"
    ),
    "a loop in a loop over nothing": (
        "{% for one in list %}{% for two in empty %}x{% empty %}{{ forloop.counter }}{{ one }}"
        "{% for three in pairs %}{{ three }}{% endfor %}{% endfor %}{% endfor %}"
    ),
    "cycle and ifchanged": (
        "{% for a, b in pairs %}{% cycle 'odd' row.read as name %}{{ name }}{% ifchanged a %}"
        "{{ a }}{% if b %}{{ b }}{% endif %}{% else %}same{% endifchanged %}"
        "{% for one in list %}{% cycle 'x' 'y' %}{% ifchanged %}{{ a }}{% endifchanged %}"
        "{% endfor %}{% endfor %}"
    ),
    "resetcycle": (
        "{% for one in list %}{% for two in pairs %}{% cycle 'a' 'b' 'c' as c %}{% endfor %}"
        "{% resetcycle c %}{% endfor %}"
    ),
    "with": (
        "{% with a=row.read b=dict.key|upper %}{{ a }}{{ b }}{% if a %}{{ c }}{% endif %}"
        "{% with b=absent %}[{{ b }}]{% endwith %}{% endwith %}{{ a }}"
    ),
    "variables of loops and tags": (
        '{% for one in list %}{% translate "Search" as label %}{{ label }}{% endfor %}{{ label }}'
        "{% if yes %}{% firstof absent none row.read as first %}{% endif %}{{ first }}"
        "{% firstof absent text row.read %}{% firstof %}"
    ).replace("{% firstof %}", ""),
    "sentences": (
        "{% blocktranslate with name=text n=number %}{{ name }} of {{ n }}{% endblocktranslate %}"
        "{% blocktranslate count n=list|length %}{{ n }} day{% plural %}{{ n }} days {{ absent }}"
        "{% endblocktranslate %}{% translate text %}{% translate 'Search' %}"
        "{% translate row.read %}"
    ),
    "included parts": (
        '{% include "part.html" %}{% include "part.html" with name=text only %}'
        '{% for one in list %}{% include "part.html" with name=row.read %}{% endfor %}'
        '{% include chosen|default:"part.html" only %}{% include "./part.html" %}'
        '{% with name="outer" %}{% include "part.html" with other=absent only %}{% endwith %}'
    ),
    "functions": (
        "{% exactly moment %}{% exactly none %}{% status_tag 'received' label=text %}"
        "{% deadline day is_paused=absent %}{% steps 2 3 %}{% has_scanner as scans %}{{ scans }}"
        "{% is_here 'x' as here %}{{ here }}{% asset 'none.png' as address %}{{ address }}"
        "{% deadline absent|default:none is_done=yes %}"
    ),
    "other blocks": (
        "{% autoescape off %}{{ text }}{% if yes %}{{ text }}{% endif %}{% endautoescape %}"
        "{% filter upper %}{{ text }}{% for a in pairs %}{{ a }}{% endfor %}{% endfilter %}"
        "{% spaceless %}<p> <b>{{ text }}</b> </p>{% endspaceless %}{% verbatim %}{{ text }}"
        "{% endverbatim %}{# none #}{% comment %}{{ row.read }}{% endcomment %}"
        "{% csrf_token %}{{ lazy }}"
        "{% language 'fr' %}{% translate 'Search' %}{{ lazy }}{{ number }}{% endlanguage %}"
        "{% templatetag openblock %}{% widthratio 1 3 100 %}{% regroup list by name as groups %}"
        "{{ groups }}{% now 'Y' as year %}"
    ),
    "addresses": (
        "{% url 'units:move-case' text as one %}{{ one }}{% url 'units:none' as two %}[{{ two }}]"
    ),
    "blocks": (
        '{% extends "frame.html" %}{% block main %}{{ block.super }}{% if yes %}{{ text }}'
        "{% for a in pairs %}{{ block.super }}{{ a }}{% endfor %}{% endif %}{% endblock %}"
    ),
    "a base template that is chosen": (
        "{% extends chosen|default:'frame.html' %}{% block main %}{{ block.super }}{{ text }}"
        "{% endblock %}"
    ),
    "signs of Python": "'''\\n{{ text }}\"\"\"\\{{ text }}\r\n%s {% if yes %}'\"\\{% endif %}",
    "nothing": "",
    "empty branches": (
        "{% if yes %}{% elif zero %}{% else %}{% endif %}{% for a in list %}{% endfor %}"
    ),
}
PARTS = {
    "part": "<{{ name }}{{ text }}{{ forloop.counter }}{% cycle 'a' 'b' %}{{ True }}>",
    "frame": "{% if yes %}<h1>{% block main %}{{ text }}{% endblock %}</h1>{% endif %}",
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("autoescape", [True, False])
def test_whole_pages_are_alike(kind, autoescape):
    for invalid in ("", "?", "<%s>"):
        with override("en"):
            assert_alike(PAGES[kind], autoescape=autoescape, invalid=invalid, **PARTS)


@pytest.mark.parametrize("tag", ["if", "for"])
@pytest.mark.parametrize("depth", [7, 25, 120])
def test_tags_may_stand_inside_of_each_other_without_a_limit(tag, depth):
    begin = {"if": "{% if yes %}a", "for": "{% for one in 'x' %}{{ forloop.counter }}"}[tag]

    assert_alike(begin * depth + "{{ text }}{{ one }}" + f"{{% end{tag} %}}" * depth)


def test_a_subclass_of_a_node_keeps_what_it_does():
    library = Library()

    @library.simple_block_tag
    def framed(content, name):
        return format_html("<p>{}{}</p>", name, content)

    found = []
    for engine in engines("{% framed row.read %}{{ text }}{% if yes %}x{% endif %}{% endframed %}"):
        engine.template_builtins.append(library)
        found.append(rendered(engine))

    assert found[0] == found[1]
    assert "&lt;read&gt;" in found[0][1]


def test_an_error_in_a_loop_leaves_the_context_as_django_does():
    page = "{% for one in list %}{% with a=one %}{{ row.broken }}{% endwith %}{% endfor %}"

    assert_alike(page)


def test_the_log_names_the_variable_that_failed(caplog):
    caplog.set_level("DEBUG", logger="django.template")
    for engine in engines("{{ row.absent }}{{ silent }}{{ absent.deeper }}{{ row.broken }}"):
        rendered(engine)

    said = [record.getMessage() for record in caplog.records]

    assert said[: len(said) // 2] == said[len(said) // 2 :]
    assert "Exception while resolving variable 'absent' in template 'page.html'." in said


def test_debugging_shows_where_a_template_failed():
    for engine in engines("<p>\n{{ row.broken }}", debug=True):
        with pytest.raises(RuntimeError) as caught:
            engine.get_template("page.html").render(Context(values(Calls())))

        assert caught.value.template_debug["during"] == "{{ row.broken }}"


def test_a_template_is_compiled_without_changing_what_others_extend():
    page = '{% extends "frame.html" %}{% block main %}{{ block.super }}{% endblock %}'
    ours, djangos = engines(page, **PARTS)
    for name in ("frame.html", "page.html", "part.html", "frame.html", "page.html"):
        assert rendered(ours, name) == rendered(djangos, name)
