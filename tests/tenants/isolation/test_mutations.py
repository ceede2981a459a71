"""The list of defects that ``bin/dev bench isolation`` puts into the code still fits the code."""

from pathlib import Path

import pytest

from bench.mutations import mutations

ROOT = Path(__file__).resolve().parents[3]
LISTED = list(mutations())


@pytest.mark.slow
def test_at_least_twenty_defects_are_put_in_and_each_has_its_name():
    assert len({one.name for one in LISTED}) == len(LISTED) >= 20


@pytest.mark.parametrize("mutation", LISTED, ids=lambda one: one.name)
def test_what_a_defect_changes_stands_once_in_the_code_and_its_tests_exist(mutation):
    """Whoever changes that code changes bench/mutations.py with it."""
    assert mutation.misfits(ROOT) == []
