"""Suppression of small counts, so that nobody can compute a hidden count from the totals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations

# A count from 1 to 4 may identify a person, for example to a neighbour.
MIN_CELL = 5


def is_small(count: int, *, threshold: int = MIN_CELL) -> bool:
    """Return whether a count is too small to publish; a zero identifies nobody."""
    return 0 < count < threshold


def suppress(cells: Sequence[int], *, threshold: int = MIN_CELL) -> tuple[int | None, ...]:
    """Hide small counts of a row whose total is published: ``None`` in place of each hidden cell.

    Every cell from 1 to ``threshold - 1`` is hidden. If there is such a cell, the smallest other
    cells are hidden too (complementary suppression), until at least two cells with together
    ``threshold`` cases are hidden; if that is impossible, the whole row is hidden. Raises
    ``ValueError`` for a negative count.

    Source: L. Willenborg & T. de Waal, Elements of Statistical Disclosure Control (2001), ch. 4.
    """
    if any(count < 0 for count in cells):
        raise ValueError("a count cannot be negative")
    hidden = {place for place, count in enumerate(cells) if is_small(count, threshold=threshold)}
    if not hidden:
        return tuple(cells)
    others = sorted((count, place) for place, count in enumerate(cells) if place not in hidden)
    # Zeros are hidden last, because a hidden zero protects nobody.
    for _count, place in sorted(others, key=lambda cell: (cell[0] == 0, cell)):
        if len(hidden) >= 2 and sum(cells[i] for i in hidden) >= threshold:
            break
        hidden.add(place)
    return tuple(None if place in hidden else count for place, count in enumerate(cells))


def suppress_table(rows: Sequence[Sequence[int]]) -> tuple[frozenset[int], ...]:
    """Return the cells of each row to hide when all totals of rows and columns are published.

    The totals of the columns are a row of their own, to which ``suppress`` was applied.
    ``suppress`` is applied to each row; then further whole rows are hidden, the smallest first,
    until no hidden small cell can be computed from the other cells. Source: D. Gusfield, A graph
    theoretic approach to statistical data security, SIAM Journal on Computing 17 (1988).
    """
    whole = [sum(column) for column in zip(*rows, strict=True)]
    hidden = [_hidden_in(row) for row in rows]
    order = sorted(range(len(rows)), key=lambda at: (sum(rows[at]), at))
    others = [at for at in order if sum(rows[at]) and len(hidden[at]) < len(rows[at])]
    for at in others:
        if not _is_exposed(rows, hidden, whole):
            break
        hidden[at] = frozenset(range(len(rows[at])))
    return tuple(hidden)


def _hidden_in(row: Sequence[int]) -> frozenset[int]:
    return frozenset(at for at, shown in enumerate(suppress(row)) if shown is None)


def _is_exposed(
    rows: Sequence[Sequence[int]], hidden: Sequence[frozenset[int]], whole: Sequence[int]
) -> bool:
    """Return whether at least one hidden small cell can have no value but its true value."""
    steps: Counter[tuple[int, int]] = Counter()
    for row, places in zip(rows, hidden, strict=True):
        steps.update(_steps(row, places))
    steps.update(_steps(whole, _hidden_in(whole), is_whole=True))
    return any(
        is_small(row[at]) and not _may_differ(row, places, at, steps)
        for row, places in zip(rows, hidden, strict=True)
        for at in places
    )


def _steps(
    row: Sequence[int], places: frozenset[int], *, is_whole: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of columns between which a row can move one case and keep its total.

    In the row of totals a case moves in the other direction.
    """
    for source, target in permutations(places, 2):
        if row[target if is_whole else source] > 0:
            yield source, target


def _may_differ(
    row: Sequence[int], places: frozenset[int], at: int, steps: Counter[tuple[int, int]]
) -> bool:
    elsewhere = +(steps - Counter(_steps(row, places)))
    return any(
        (row[other] > 0 and _leads(elsewhere, at, other))
        or (row[at] > 0 and _leads(elsewhere, other, at))
        for other in places - {at}
    )


def _leads(steps: Counter[tuple[int, int]], source: int, target: int) -> bool:
    reached, fresh = {source}, {source}
    while fresh:
        fresh = {end for begin, end in steps if begin in fresh} - reached
        reached |= fresh
    return target in reached


def may_publish(successes: int, n: int, *, threshold: int = MIN_CELL) -> bool:
    """Return whether ``n`` is large enough and neither ``successes`` nor ``n - successes`` is
    small.
    """
    return n >= threshold and not is_small(successes) and not is_small(n - successes)
