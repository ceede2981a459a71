"""How much of a text another text has too, word for word. No Django."""

from collections.abc import Sequence

# Fewer words in a row are alike by chance: "the service concerned has".
RUN_LENGTH = 5
Runs = frozenset[tuple[str, ...]]


def word_runs(words: Sequence[str]) -> Runs:
    """Every five words in a row of a text."""
    return frozenset(zip(*(words[step:] for step in range(RUN_LENGTH)), strict=False))


def shared_percentage(words: Sequence[str], other: Runs) -> int:
    """Which percentage of the words stand in five words in a row that the other text has too."""
    shared = [False] * len(words)
    for place in range(len(words) - RUN_LENGTH + 1):
        if tuple(words[place : place + RUN_LENGTH]) in other:
            shared[place : place + RUN_LENGTH] = [True] * RUN_LENGTH
    return 100 * sum(shared) // len(words) if words else 0
