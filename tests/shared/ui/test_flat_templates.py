"""A template with its frames around it says what Django makes of the same templates."""

import pytest
from django.template import Context, Engine, Node, TemplateDoesNotExist
from django.template.defaulttags import WithNode
from django.template.loader_tags import BlockNode, ExtendsNode

TAGS = ["django.templatetags.i18n", "django.templatetags.static", "shared.ui.templatetags.ui"]
FRAME = (
    "<title>{% block title %}Frame {{ name }}{% endblock %}</title>\n"
    "{% block body %}<nav>{% block nav %}{% endblock %}</nav>{% block main %}empty{% endblock %}"
    "{% endblock %}"
    "{% if name %}{% block side %}{% endblock %}{% endif %}"
    "<footer>{{ label }}{% block foot %}{{ name }}{% endblock %}</footer>"
)
MIDDLE = (
    "{# What this frame is for. #}\n"
    '{% extends "frame.html" %}\n'
    "{% block nav %}<a>{{ name }}</a>{% endblock %}"
    "{% block title %}Middle, {{ block.super }}{% endblock %}"
)
PAGES = {
    "nothing of its own": '{% extends "middle.html" %}',
    "a block": '{% extends "middle.html" %}{% block main %}<p>{{ name }}</p>{% endblock %}',
    "what it replaces, twice over": (
        '{% extends "middle.html" %}{% block title %}{{ block.super }}: {{ block.super }}'
        "{% endblock %}"
    ),
    "what a frame does not say": (
        '{% extends "frame.html" %}{% block nav %}{{ block.super }}{{ name }}{% endblock %}'
    ),
    "a block around others": (
        '{% extends "middle.html" %}{% block body %}<div>{{ block.super }}</div>{% endblock %}'
        "{% block main %}own{% endblock %}"
    ),
    "an inner block of its own": (
        '{% extends "middle.html" %}{% block main %}{% block inner %}{{ name }}{% endblock %}'
        "{% endblock %}"
    ),
    "a block that no frame has": '{% extends "frame.html" %}{% block nowhere %}no{% endblock %}',
    "conditions and loops around what it replaces": (
        '{% extends "middle.html" %}{% block title %}{% if name %}{{ block.super }}{% else %}-'
        "{% endif %}{% for one in list %}{{ one }}{{ block.super }}{% endfor %}{% endblock %}"
        "{% block main %}{% if list %}{% block inner %}in{% endblock %}{% endif %}{% endblock %}"
    ),
    "a name that ends with its block": (
        '{% extends "middle.html" %}{% block main %}{% translate "Search" as label %}{{ label }}'
        '{% url "account_login" as name %}{{ name }}{% endblock %}'
    ),
    "a name in a loop and in a condition": (
        '{% extends "frame.html" %}{% block nav %}{% if name %}{% translate "Search" as label %}'
        "{% endif %}{{ label }}{% endblock %}"
        "{% block main %}{% for name in list %}{{ name }}{% endfor %}{{ name }}{% endblock %}"
    ),
    "a template that has a block included": (
        '{% extends "frame.html" %}{% block main %}{% include "part.html" %}{% endblock %}'
        "{% block title %}own{% endblock %}"
    ),
    "a page that extends included": '{{ name }}{% include "page of its own.html" %}',
    "a frame that is chosen when it is rendered": (
        "{% extends chosen %}{% block main %}{{ block.super }}{{ name }}{% endblock %}"
    ),
    "a block that is asked about": (
        '{% extends "middle.html" %}{% block title %}{% if block.super %}{{ block.name }}'
        "{% endif %}{% endblock %}"
    ),
    "a filter on what it replaces": (
        '{% extends "middle.html" %}{% block title %}{{ block.super|upper }}{% endblock %}'
    ),
}
OTHERS = {
    "frame.html": FRAME,
    "middle.html": MIDDLE,
    "part.html": "<b>{% block title %}part {{ name }}{% endblock %}</b>",
    "page of its own.html": '{% extends "middle.html" %}{% block main %}included{% endblock %}',
}
GIVEN = {"name": "<Aïcha>", "list": [1, 2], "chosen": "middle.html"}
LEFT_TO_DJANGO = (
    "a frame that is chosen when it is rendered",
    "a block that is asked about",
    "a filter on what it replaces",
)


def engine(*, is_flat: bool, **templates: str) -> Engine:
    loader = ("django.template.loaders.locmem.Loader", {**OTHERS, **templates})
    name = "shared.ui.loaders.FoldedLoader" if is_flat else "django.template.loaders.cached.Loader"
    return Engine(loaders=[(name, [loader])], builtins=TAGS)


def page(text: str) -> dict[str, str]:
    return {"page.html": text}


@pytest.mark.parametrize("kind", PAGES)
def test_it_says_what_django_says(kind):
    found = [
        engine(is_flat=is_flat, **page(PAGES[kind]))
        .get_template("page.html")
        .render(Context(dict(GIVEN)))
        for is_flat in (True, False)
    ]

    assert found[0] == found[1]
    assert "&lt;Aïcha&gt;" in found[0]


@pytest.mark.parametrize("kind", PAGES)
def test_nothing_is_looked_up_that_is_known_before(kind):
    template = engine(is_flat=True, **page(PAGES[kind])).get_template("page.html")

    looked_up = [
        node
        for kind in (BlockNode, ExtendsNode)
        for node in template.nodelist.get_nodes_by_type(kind)
    ]

    assert bool(looked_up) == (kind in LEFT_TO_DJANGO)


def test_a_page_is_also_a_frame_of_another_and_of_one_that_is_chosen_later():
    """Blocks that were put in their places for the one must still be there for the others."""
    texts = {
        "page.html": PAGES["a block"] + "{% block side %}side{% endblock %}",
        "other.html": '{% extends "page.html" %}{% block main %}other{% endblock %}'
        "{% block side %}{% endblock %}",
        "chosen.html": "{% extends chosen %}{% block main %}chosen{% endblock %}",
    }
    found = engine(is_flat=True, **texts)
    names = ("page.html", "other.html", "chosen.html", "page.html")
    given = {"name": "A", "chosen": "page.html"}

    shown = [found.get_template(name).render(Context(given)) for name in names]

    assert ["<p>A</p>" in one for one in shown] == [True, False, False, True]
    assert ["side" in one for one in shown] == [True, False, True, True]
    assert "other" in shown[1]
    assert "chosen" in shown[2]
    assert all("Middle, Frame A" in one for one in shown)


def test_a_template_may_extend_the_one_of_its_own_name_in_another_place(tmp_path):
    for place, text in (("own", PAGES["a block"].replace("middle", "page")), ("theirs", FRAME)):
        (tmp_path / place).mkdir()
        (tmp_path / place / "page.html").write_text(text)
    dirs = [str(tmp_path / place) for place in ("own", "theirs")]
    loader = ("django.template.loaders.filesystem.Loader", dirs)
    found = Engine(loaders=[("shared.ui.loaders.FoldedLoader", [loader])], builtins=TAGS)

    html = found.get_template("page.html").render(Context(dict(GIVEN)))

    assert "<p>&lt;Aïcha&gt;</p>" in html
    assert "<title>Frame" in html


def test_a_frame_that_is_missing_is_found_out_when_the_page_is_rendered():
    template = engine(is_flat=True, **page('{% extends "nowhere.html" %}')).get_template(
        "page.html"
    )

    with pytest.raises(TemplateDoesNotExist, match="nowhere"):
        template.render(Context())


def test_read_anew_a_page_has_its_new_frame():
    found = engine(is_flat=True, **page(PAGES["a block"]))
    found.get_template("page.html")
    loader = found.template_loaders[0]
    loader.loaders[0].templates_dict["frame.html"] = "new {% block main %}{% endblock %}"
    loader.reset()

    assert "new <p>" in found.get_template("page.html").render(Context(dict(GIVEN)))


def test_pages_share_what_is_the_same_in_their_frame():
    frame = "{% with one=name %}{{ one }}{% endwith %}{% block main %}{% endblock %}"
    texts = {
        "whole.html": frame,
        "first.html": '{% extends "whole.html" %}{% block main %}1{% endblock %}',
        "second.html": '{% extends "whole.html" %}{% block main %}2{% endblock %}',
    }
    found = engine(is_flat=True, **texts)

    first = found.get_template("first.html")
    (shared,) = [one for one in first.nodelist if isinstance(one, WithNode)]
    prepared = shared._prepared
    second = found.get_template("second.html")

    assert shared in second.nodelist
    assert shared._prepared is prepared
    assert [page.render(Context({"name": "A"})) for page in (first, second)] == ["A1", "A2"]


@pytest.mark.parametrize(
    ("tag", "end"),
    [
        ("autoescape off", "endautoescape"),
        ("with other=name", "endwith"),
        ("language 'fr'", "endlanguage"),
        ("filter upper", "endfilter"),
        ("spaceless", "endspaceless"),
        ("ifchanged", "endifchanged"),
    ],
)
def test_pages_have_their_own_blocks_inside_of_a_tag_of_their_frame(tag, end):
    """Also where the frame, or a page that extends it, was rendered before."""
    frame = f"{{% {tag} %}}{{% block main %}}frame{{% endblock %}}{{% {end} %}}"
    texts = {
        "whole.html": frame,
        "first.html": '{% extends "whole.html" %}{% block main %}first {{ name }}{% endblock %}',
        "second.html": '{% extends "first.html" %}{% block main %}2{{ block.super }}{% endblock %}',
    }
    ours, djangos = (engine(is_flat=is_flat, **texts) for is_flat in (True, False))

    for name in ("whole.html", "first.html", "second.html", "whole.html", "first.html"):
        found, expected = (
            one.get_template(name).render(Context(dict(GIVEN))) for one in (ours, djangos)
        )
        assert found == expected


@pytest.mark.parametrize("debug", [True, False])
def test_only_a_debug_page_needs_the_tokens_of_the_source(debug):
    found = engine(is_flat=True, **page("{% if name %}{{ name }} <b>{% endif %}{{ block.super }}"))
    found.debug = debug

    nodes = found.get_template("page.html").nodelist.get_nodes_by_type(Node)

    kept = {node.token.contents for node in nodes if node.token}
    assert kept == ({"if name", "name", " <b>", "block.super"} if debug else {"block.super"})
