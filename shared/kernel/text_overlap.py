"""How much of a text another text has too, word for word. No Django."""

from collections.abc import Sequence

# Fewer words in a row are alike by chance: "the service concerned has".
RUN_LENGTH = 5
Runs = frozenset[tuple[str, ...]]


def word_runs(words: Sequence[str]) -> Runs:
    """Return every five words in a row of a text."""
    return frozenset(zip(*(words[step:] for step in range(RUN_LENGTH)), strict=False))


def shared_places(words: Sequence[str], other: Runs) -> list[bool]:
    """Return, of each word, whether it stands in five words in a row that the other text has
    too.
    """
    shared = [False] * len(words)
    for place in range(len(words) - RUN_LENGTH + 1):
        if tuple(words[place : place + RUN_LENGTH]) in other:
            shared[place : place + RUN_LENGTH] = [True] * RUN_LENGTH
    return shared


def formula_places(shared: Sequence[Sequence[bool]], *, max_share: float) -> list[bool]:
    """Return, of each word, whether half of the other texts or more share it: a formula of all of
    them.

    ``shared`` has a line for each other text. Where more than ``max_share`` of the words were
    formulas, none is: then the others are the same text again and again.
    """
    needed = max(2, len(shared) / 2)
    found = [sum(column) >= needed for column in zip(*shared, strict=True)]
    return found if sum(found) <= max_share * len(found) else [False] * len(found)


def shared_percentage(shared: Sequence[bool], formulas: Sequence[bool]) -> int:
    """Return which percentage of the words that are no formulas is shared."""
    own = [one for one, is_formula in zip(shared, formulas, strict=True) if not is_formula]
    return 100 * sum(own) // len(own) if own else 0
