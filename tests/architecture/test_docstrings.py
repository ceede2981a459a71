"""Docstrings say what a module holds and what a function does, in the form of the house."""

import ast
from pathlib import Path

import pytest

from tests.architecture.citations import ROOT
from tests.architecture.sources import tree_of
from tests.architecture.test_rules import SOURCES

# Fewer say nothing that the name of the file does not say.
MIN_WORDS = 4
# A summary that is broken before this column was broken by a replacement.
MIN_COLUMNS = 60


def faults_of_module(tree: ast.Module, *, is_package: bool) -> list[str]:
    """What is wrong with the docstring of a module; an empty package needs none."""
    text = ast.get_docstring(tree) or ""
    if not text:
        return ["none"] if tree.body or not is_package else []
    first, *rest = text.split("\n\n")[0].splitlines()
    found = []
    if len(first.split()) < MIN_WORDS and not rest:
        found.append("too short")
    if rest and len(first) < MIN_COLUMNS:
        found.append("broken")
    if not [first, *rest][-1].endswith((".", ":")):
        found.append("no sentence")
    return found


def test_every_module_says_what_it_holds():
    found = {
        f"{path.relative_to(ROOT)}: {' '.join(faults)}"
        for path in SOURCES
        if (faults := faults_of_module(tree_of(path), is_package=path.name == "__init__.py"))
    }

    assert found == set()


def test_no_two_modules_say_the_same_of_themselves():
    said: dict[str, list[Path]] = {}
    for path in SOURCES:
        # Those of an application say one thing: that it has a label of its own.
        if path.name != "apps.py" and (text := ast.get_docstring(tree_of(path))):
            said.setdefault(text, []).append(path)

    assert [paths for paths in said.values() if len(paths) > 1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""x"""\nimport os', ["too short", "no sentence"]),
        ('"""Find agencies, import time\nfrom a copy."""\nimport os', ["broken"]),
        ("import os", ["none"]),
        ("", []),
        ('"""Find agencies by their host names."""\nimport os', []),
    ],
)
def test_a_docstring_that_says_nothing_is_found(text, found):
    assert faults_of_module(ast.parse(text), is_package=True) == found
