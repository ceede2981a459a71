"""The share of a text that another text contains word for word. No Django."""

from collections.abc import Sequence

# Shorter runs of words may be equal by chance, for example "the service concerned has".
RUN_LENGTH = 5
Runs = frozenset[tuple[str, ...]]


def word_runs(words: Sequence[str]) -> Runs:
    """Return every run of five successive words of a text."""
    return frozenset(zip(*(words[step:] for step in range(RUN_LENGTH)), strict=False))


def shared_places(words: Sequence[str], other: Runs) -> list[bool]:
    """Return for each word whether the word is in a run of five words that the other text has."""
    shared = [False] * len(words)
    for place in range(len(words) - RUN_LENGTH + 1):
        if tuple(words[place : place + RUN_LENGTH]) in other:
            shared[place : place + RUN_LENGTH] = [True] * RUN_LENGTH
    return shared


def formula_places(shared: Sequence[Sequence[bool]], *, max_share: float) -> list[bool]:
    """Return for each word whether the word is a formula.

    At least half of the other texts, and at least two, share a formula. ``shared`` has a list for
    each other text. If more than ``max_share`` of the words were formulas, no word is a formula,
    because the other texts then repeat one text.
    """
    needed = max(2, len(shared) / 2)
    found = [sum(column) >= needed for column in zip(*shared, strict=True)]
    return found if sum(found) <= max_share * len(found) else [False] * len(found)


def shared_percentage(shared: Sequence[bool], formulas: Sequence[bool]) -> int:
    """Return the percentage of shared words among the words that are not in formulas."""
    own = [one for one, is_formula in zip(shared, formulas, strict=True) if not is_formula]
    return 100 * sum(own) // len(own) if own else 0
