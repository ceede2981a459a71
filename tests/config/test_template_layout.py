"""The layout of templates: what it makes of long lines, and that a page stays the same."""

import subprocess
import sys
from pathlib import Path

import pytest
from _template_layout import MAX_LINES, MAX_WIDTH, Unstable, main, template_laid_out

from shared.ui.template_source import template_folded

ROOT = Path(__file__).resolve().parents[2]
LONG = "word " * 30
NUMBERS = range(12)
ATTRIBUTE = 'data-name{0}="value {0}"'
CONDITION = '{{% if a{0} %}}data-b{0}="{0}"{{% endif %}}'


def laid_out(source: str) -> str:
    found = template_laid_out(source)
    assert template_folded(found) == template_folded(source)
    return found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>a</p>", ["<p>a</p>"]),
        ("{% if a %}<p>b</p>{% endif %}", ["{% if a %}", "  <p>b</p>", "{% endif %}"]),
        ("<ul><li>a</li><li>b</li></ul>", ["<ul>", "  <li>a</li>", "  <li>b</li>", "</ul>"]),
        (
            "{% if a %}b{% elif c %}<i>d</i>{% else %}e{% endif %}",
            ["{% if a %}", "  b", "{% elif c %}", "  <i>d</i>", "{% else %}", "  e", "{% endif %}"],
        ),
        ("<p>a <b>c</b> d</p>", ["<p>a <b>c</b> d</p>"]),
        (
            "{% if a %}<a>{% else %}<b>{% endif %}c{% if a %}</a>{% else %}</b>{% endif %}",
            [
                "{% if a %}", "  <a>", "{% else %}", "  <b>",
                "{% endif %}c{% if a %}", "  </a>", "{% else %}", "  </b>", "{% endif %}",
            ],
        ),
        ("<p>a</p>\n\n\n<p>b</p>", ["<p>a</p>", "", "<p>b</p>"]),
    ],
)  # fmt: skip
def test_what_has_children_has_a_line_for_each(source, lines):
    assert laid_out(source).splitlines() == lines


@pytest.mark.parametrize(
    "source",
    [
        f"<p>{LONG}</p>",
        f'{{% include "a.html" with {" ".join(f"name{n}=value{n}" for n in NUMBERS)} only %}}',
        f"<a {' '.join(map(ATTRIBUTE.format, NUMBERS))}>b</a>",
        f"<a {' '.join(map(CONDITION.format, NUMBERS))}>b</a>",
        f"{{# {LONG} #}}",
        f"<p>{'<b>word</b> ' * 20}</p>",
        f'<textarea name="{"a" * 80}" rows="8" dir="auto">\n b {{{{ c }}}}</textarea>',
    ],
)  # fmt: skip
def test_no_line_is_longer_than_the_page_is_wide(source):
    assert max(map(len, laid_out(source).splitlines())) <= MAX_WIDTH


def test_a_text_to_translate_is_never_wrapped_anew():
    text = f"{{% blocktranslate trimmed %}}\n{LONG}\nend\n{{% endblocktranslate %}}"

    assert laid_out(f"<p>{text}</p>").splitlines() == [
        "<p>",
        "  {% blocktranslate trimmed %}",
        f"    {LONG.strip()}",
        "    end",
        "  {% endblocktranslate %}",
        "</p>",
    ]
    assert (
        laid_out(f'<p>{{% translate "{LONG}" %}}</p>')
        .splitlines()[1]
        .strip()
        .startswith(f'{{% translate "{LONG}"')
    )


def test_a_second_time_changes_nothing():
    for path in sorted((ROOT / "templates").rglob("*.html"))[::7]:
        source = path.read_text()
        assert template_laid_out(source) == source, path


def test_faults_are_named_by_place(tmp_path, capsys):
    long, large, wild = (tmp_path / name for name in ("long.html", "large.html", "wild.html"))
    long.write_text(f'{{% translate "{LONG}" %}}\n')
    large.write_text("<p>a</p>\n" * (MAX_LINES + 1))
    wild.write_text("<ul><li>a</li><li>b</li></ul>\n")

    assert main(["--check", str(long), str(large), str(wild)]) == 1

    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"{long}:1: {len(LONG) + 18} characters, at most {MAX_WIDTH}",
        f"{large}:{MAX_LINES}: {MAX_LINES + 1} lines, at most {MAX_LINES}: split it",
        f"{wild}: bin/dev format lays it out",
    ]
    assert wild.read_text() == "<ul><li>a</li><li>b</li></ul>\n"
    assert main([str(wild)]) == 0
    assert main(["--check", str(wild)]) == 0


def test_what_no_layout_keeps_is_refused(monkeypatch):
    monkeypatch.setattr("_template_layout._laid_out", lambda source: source + " more")

    with pytest.raises(Unstable):
        template_laid_out("<p>a</p>")


def test_it_runs_as_lint_runs_it():
    done = subprocess.run(
        [sys.executable, "bin/_template_layout.py", "--check", "templates/base.html"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.strip()) == (0, "")
