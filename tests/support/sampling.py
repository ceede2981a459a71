"""Parameters of a test of which ``bin/test`` runs some, and ``bin/test --all`` every one."""

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def repeats(values: Iterable[Any], *, keep: int = 2) -> list[Any]:
    """The values for ``parametrize``: the first ones as they are, the others marked as slow.

    For values that try the same code in the same way, such as more strings of one class or a third
    language: what each of them alone can show stands among the first.
    """
    return [_repeat(value) if number >= keep else value for number, value in enumerate(values)]


def _repeat(value: Any) -> Any:
    if isinstance(value, ParameterSet):
        marks = [*value.marks, pytest.mark.slow]
        return pytest.param(*value.values, id=value.id, marks=marks)
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=pytest.mark.slow)
