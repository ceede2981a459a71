"""Parameters of a test of which ``bin/test`` runs some, and ``bin/test --all`` more (turns.py)."""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet


def repeats(values: Iterable[Any], *, keep: int = 2) -> list[Any]:
    """The values for ``parametrize``: the first ones as they are, the others marked as slow.

    For values that try the same code in the same way, such as more strings of one class or a third
    language: what each of them alone can show stands among the first.
    """
    return [_repeat(value) if number >= keep else value for number, value in enumerate(values)]


def one_in(number: int, values: Iterable[Any]) -> list[Any]:
    """The values for ``parametrize``: the first of each ``number`` as it is, the others as slow.

    For a list that has neighbours of one kind beside each other, such as addresses.
    """
    return [_repeat(value) if turn % number else value for turn, value in enumerate(values)]


def in_turn(rows: Iterable[Any], columns: Sequence[Any]) -> list[Any]:
    """Every pair for ``parametrize``: each row with one column in turn as it is, others as slow.

    For a product of which every value, and not every pair, can show something of its own.
    """
    return [
        pytest.param(*_values(row), *_values(column), marks=marks)
        for number, row in enumerate(rows)
        for turn, column in enumerate(columns)
        for marks in [() if number % len(columns) == turn else pytest.mark.slow]
    ]


def _values(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _repeat(value: Any) -> Any:
    if isinstance(value, ParameterSet):
        marks = [*value.marks, pytest.mark.slow]
        return pytest.param(*value.values, id=value.id, marks=marks)
    return pytest.param(*_values(value), marks=pytest.mark.slow)


def each_once(*lists: Sequence[Any]) -> list[Any]:
    """All combinations for ``parametrize``; without the mark, as few as have every value in them.

    A value that is a tuple stands for several parameters.
    """
    longest = max(len(values) for values in lists)
    kept = {tuple(turn % len(values) for values in lists) for turn in range(longest)}
    found = []
    for places in product(*(range(len(values)) for values in lists)):
        chosen = [values[place] for values, place in zip(lists, places, strict=True)]
        flat = [one for value in chosen for one in _values(value)]
        found.append(pytest.param(*flat, marks=[] if places in kept else pytest.mark.slow))
    return found
