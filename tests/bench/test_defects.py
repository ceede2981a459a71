"""Defects that the bench puts in: what they change, which are drawn, and that they are executed."""

import functools
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench import defect_drawing, defect_placing
from bench.defect_changes import Change, is_fit, python_changes, template_changes
from bench.defect_children import DIED, ENDED, KILLED, Job, run_jobs
from bench.defect_drawing import Defect, draw, kind_of, recent_lines, taken, with_frames
from bench.defect_runs import Plan, as_hung, plan_read
from bench.defect_stages import stages_of
from bench.defects import shown_line

SERVICE = '''"""Services."""

import logging

logger = logging.getLogger(__name__)
LIMIT = 3


class Draft:
    """A draft."""

    def __str__(self):
        return "1" if self else "2"

    def grow(self, rows):
        logger.info("grown by %s", 1)
        self.save()
        return rows.filter(state="été", left=None).exclude(pk=7)


def reply(text, is_late=False):
    if not text and is_late:
        raise ValueError(text)
    return [part for part in text if part < "é" + "z"]
'''
TEMPLATE = """{% if case.officer %}<b>{{ case.officer.name }}</b>{% endif %}
{% if not a %}{% elif b and c %}{% endif %}{% blocktranslate %}At {{ day }}{% endblocktranslate %}
{% include "part.html" with a=b only %}
"""


def changed(source: str, kind: str) -> list[str]:
    """The line that each change of a kind makes, of a module or a template."""
    changes = python_changes(source) if source == SERVICE else template_changes(source)
    return [
        one.put_into(source).splitlines()[one.line - 1].strip()
        for one in changes
        if one.kind == kind
    ]


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("test negated", ["if (not (not text and is_late)):"]),
        ("and/or exchanged", ["if (not text or is_late):"]),
        ("raise dropped", ["pass"]),
        ("call dropped", ["pass"]),
        ("comparison changed", ["return [part for part in text if (part <= 'é' + 'z')]"]),
        ("condition left dropped", ["return (rows.filter(state='été')).exclude(pk=7)"]),
        ("condition pk dropped", ["return (rows.filter(state='été', left=None).exclude())"]),
        ("number changed", ['return rows.filter(state="été", left=None).exclude(pk=(8))']),
        ("nothing returned", ["return None", "return None"]),
    ],
)
def test_each_kind_changes_what_its_name_says_within_functions_alone(kind, lines):
    found = [line for line in changed(SERVICE, kind) if "logger" not in line]

    assert found == lines


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (
            "test negated",
            [
                "{% if not case.officer %}<b>{{ case.officer.name }}</b>{% endif %}",
                "{% if a %}{% elif b and c %}{% endif %}"
                "{% blocktranslate %}At {{ day }}{% endblocktranslate %}",
            ],
        ),
        ("output dropped", ["{% if case.officer %}<b></b>{% endif %}"]),
        ("include dropped", [""]),
    ],
)
def test_a_template_is_changed_at_tags_and_keeps_its_texts_to_translate(kind, lines):
    assert changed(TEMPLATE, kind) == lines


def test_every_change_of_a_module_of_the_product_compiles_and_keeps_what_it_closes_over():
    path = defect_drawing.ROOT / "shared/limits/selectors.py"
    text = path.read_text()
    changes = python_changes(text)

    assert len(changes) > 10
    for one in changes:
        compile(one.put_into(text), str(path), "exec")


def test_a_change_that_a_function_in_memory_cannot_take_is_not_fit():
    text = "def f(a):\n    def g():\n        print(a)\n    return g\n"
    (dropped,) = (one for one in python_changes(text) if one.kind == "call dropped")

    assert (dropped.function, dropped.inner) == ("f", "f.g")
    assert not is_fit(text, dropped)


def test_the_same_seed_draws_the_same_and_the_changed_lines_first():
    executed = frozenset(
        {"shared/limits/selectors.py:reached", "shared/limits/selectors.py:limit_refusal"}
    )
    answers = {"rev-list": "a\nb\n", "diff": "+++ b/shared/limits/selectors.py\n@@ -1 +1,400 @@\n"}

    def git(*command: str) -> str:
        return answers[command[0]]

    drawn = [
        draw(count=2, seed=seed, executed=executed, is_whole=False, git=git) for seed in (5, 5)
    ]

    assert drawn[0] == drawn[1]
    assert len({one.name for one in drawn[0].defects}) == 2
    assert recent_lines(git) == {"shared/limits/selectors.py": set(range(1, 401))}
    assert recent_lines(lambda *_command: "") == {}


def test_piles_take_turns_with_what_a_test_executes_and_the_rest_is_told():
    def pile(*names: str) -> Iterator[Defect]:
        change = Change(kind="", line=1, start=0, end=0, text="")
        return (Defect(file=name, change=change) for name in names)

    drawn = taken([pile("a", "b", "c"), pile("d"), pile("e", "f")], 4, frozenset("bcef"))

    assert [one.file for one in drawn.defects] == ["b", "e", "c", "f"]
    assert [one.file for one in drawn.unexecuted] == ["a", "d"]


def test_who_renders_a_page_has_rendered_the_frames_around_it(tmp_path, monkeypatch):
    templates = {
        "page.html": '{% extends "site/base.html" %}',
        "site/base.html": '{% extends "frame.html" %}',
        "frame.html": "",
        "other.html": "",
    }
    (tmp_path / "templates" / "site").mkdir(parents=True)
    for name, text in templates.items():
        (tmp_path / "templates" / name).write_text(text)
    monkeypatch.setattr(defect_drawing, "ROOT", tmp_path)
    own, frames = {"templates/page.html"}, {"templates/site/base.html", "templates/frame.html"}

    assert with_frames({"a": frozenset(own), "b": frozenset()}) == {"a": own | frames, "b": set()}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("shared/limits/services/proof.py", "services"),
        ("shared/limits/selectors.py", "selectors"),
        ("shared/forms/views.py", "views"),
        ("shared/forms/edit_conflicts.py", "forms"),
        ("tenants/forms/migrations/views.py", ""),
        ("shared/limits/models.py", ""),
    ],
)
def test_a_module_belongs_to_the_layer_that_its_path_names_last(path, kind):
    assert kind_of(Path(path)) == kind


def test_a_defect_is_executed_by_functions_in_memory_whatever_wraps_them(tmp_path, monkeypatch):
    source = (
        "import functools\n\n\n@functools.lru_cache\ndef double(a):\n    return a * 2\n\n\n"
        "def maker():\n    def inner(a):\n        return a * 2\n    return inner\n\n\n"
        "def other():\n    return 2\n"
    )
    (tmp_path / "services_of_a_test.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("services_of_a_test")
    inner, partial = module.maker(), functools.partial(module.double, 4)
    monkeypatch.setattr(defect_placing, "ROOT", tmp_path)
    numbers = [one for one in python_changes(source) if one.kind == "number changed"]

    for change in numbers[:2]:
        assert defect_placing.put_in(Defect(file="services_of_a_test.py", change=change)) >= 1

    assert (partial(), inner(4), module.maker()(4), module.other()) == (12, 12, 12, 2)


def test_children_tell_line_by_line_and_one_that_hangs_is_ended(tmp_path):
    def work(slot, tell, name):
        tell({"slot": slot})
        assert name != "wrong"
        while name == "endless":
            pass

    jobs = [
        Job(name=name, work=functools.partial(work, name=name), max_seconds=seconds, slot=slot)
        for name, seconds, slot in (("right", 60, 1), ("wrong", 60, 0), ("endless", 0.3, None))
    ]

    found = {one.job.name: one for one in run_jobs(jobs, slots=2, folder=tmp_path)}

    ended = {"right": ENDED, "wrong": DIED, "endless": KILLED}
    assert {name: one.ended for name, one in found.items()} == ended
    assert found["right"].told == [{"slot": 1}]


def test_a_plan_is_read_as_it_was_written_and_a_line_names_who_caught(tmp_path):
    change = Change(
        kind="call dropped", line=3, start=1, end=2, text="pass", function="f", inner="f"
    )
    defect = Defect(file="shared/services.py", change=change)
    plan = Plan(defects=[defect], limit=2.5, record="r.json", answers=7, folder=str(tmp_path))

    plan.write(tmp_path / "plan.json")

    assert plan_read(tmp_path / "plan.json") == plan
    line = json.loads('{"seconds": 1.5, "caught": ["all", "default"], "first": "tests/a.py::b"}')
    told = "shared/services.py:3 (f): call dropped: caught by all, default, 1.5 s tests/a.py::b"
    assert shown_line(defect, line) == told
    assert "NOT CAUGHT" in shown_line(defect, {"seconds": 1.5})


@dataclass
class Collected:
    """What a test is to the bench: its name and its markers."""

    nodeid: str
    markers: set[str]
    location: tuple[str, int] = ("", 1)

    def get_closest_marker(self, name: str) -> bool:
        return name in self.markers


def test_a_test_says_by_which_ways_of_running_tests_a_defect_is_caught():
    change = Change(kind="", line=1, start=0, end=0, text="", function="f", inner="f")
    defect = Defect(file="shared/limits/services.py", change=change)
    names = {
        "tests/journeys/test_a.py::far": set(),
        "tests/shared/limits/test_a.py::chosen": set(),
        "tests/shared/limits/test_a.py::again": {"redundant"},
        "tests/shared/limits/test_a.py::browser": {"slow"},
        "tests/shared/test_a.py::rest": set(),
        "tests/shared/test_a.py::rest_again": {"redundant"},
        "tests/architecture/test_a.py::rule": set(),
    }
    tests: Any = {name: [Collected(f"{name}[x]", markers)] for name, markers in names.items()}
    executed = {name: frozenset({defect.name}) for name in names if "rule" not in name}
    chosen = {name for name in names if "limits" in name or "rule" in name}

    stages = stages_of(defect, chosen=chosen, executed=executed, tests=tests)

    found = [
        (sorted(stage.catches), [item.nodeid.partition("::")[2] for item in stage.items])
        for stage in stages
    ]
    assert found == [
        (["all", "changed", "default"], ["chosen[x]"]),
        (["all", "changed"], ["again[x]"]),
        (["all", "default"], ["rest[x]", "far[x]"]),
        (["all"], ["browser[x]", "rest_again[x]"]),
    ]


def test_a_quick_test_that_never_ends_has_caught_and_a_slow_one_has_not():
    quick: dict[str, object] = {"catches": ["all", "default"], "running": "tests/a.py::b"}

    assert as_hung(quick, KILLED) == {
        "caught": ["all", "default"],
        "first": "tests/a.py::b",
        "is_hung": True,
    }
    assert as_hung({"catches": ["all"], "running": "tests/a.py::b"}, KILLED) == {"ended": KILLED}
    assert as_hung({}, DIED) == {"ended": DIED}
