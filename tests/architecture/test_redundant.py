"""The tests that bin/test leaves to --all: each is one, and none of the guards is among them."""

import ast

from tests.support.executed import ROOT
from tests.support.reduction import (
    Candidate,
    kept_tests,
    redundant,
    redundant_names,
    redundant_text,
)


def test_each_redundant_test_is_a_test():
    """Who renames or removes one takes it from the list; who moves one moves its line."""
    assert sorted(redundant() - _tests_of({name.partition("::")[0] for name in redundant()})) == []


def test_the_list_is_read_as_it_is_written():
    names = {"tests/a/test_b.py::test_c", "tests/a/test_b.py::test_d", "tests/test_e.py::test_f"}

    assert redundant_names(redundant_text(names)) == names


def _tests_of(files: set[str]) -> set[str]:
    return {
        f"{file}::{node.name}"
        for file in files
        if (ROOT / file).exists()
        for node in ast.walk(ast.parse((ROOT / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def candidate(name: str, seconds: float, *blocks: int) -> Candidate:
    return Candidate(f"tests/{name}", seconds, dict.fromkeys(blocks, 1.0))


def test_what_no_other_test_executes_is_kept_before_what_is_cheap_again():
    alone, twice, again = candidate("a", 2.5, 1), candidate("b", 2, 2), candidate("c", 2, 2)

    assert kept_tests([alone, twice, again], seconds=5) == {"tests/a", "tests/b"}


def test_of_two_that_execute_the_same_the_cheaper_is_kept():
    assert kept_tests([candidate("a", 3, 1), candidate("b", 1, 1)], seconds=3) == {"tests/b"}


def test_guards_and_tests_of_an_instant_and_those_that_execute_no_line_are_always_kept():
    guard, short, static = (
        candidate("architecture/a", 9, 1),
        candidate("b", 0.01, 1),
        candidate("c", 9),
    )

    assert kept_tests([guard, short, static], seconds=0) == {guard.name, short.name, static.name}
