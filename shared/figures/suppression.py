"""Small counts stay unpublished, and cannot be found by subtraction."""

from collections.abc import Sequence

# A count from 1 to 4 may point at a person whom a neighbour can recognise.
MIN_CELL = 5


def is_small(count: int, *, threshold: int = MIN_CELL) -> bool:
    """Whether the count is too small to publish; a zero points at nobody."""
    return 0 < count < threshold


def suppress(cells: Sequence[int], *, threshold: int = MIN_CELL) -> tuple[int | None, ...]:
    """One row of counts whose total is published; hidden cells come back as ``None``, in place.

    Every cell from 1 to ``threshold - 1`` is hidden, then the smallest of the others (complementary
    suppression) until at least two are hidden and together they hold ``threshold`` cases or more;
    where that cannot be, the whole row is hidden. Raises ``ValueError`` for a negative count.
    Source: L. Willenborg & T. de Waal, Elements of Statistical Disclosure Control (2001), ch. 4.
    """
    if any(count < 0 for count in cells):
        raise ValueError("a count cannot be negative")
    hidden = {place for place, count in enumerate(cells) if is_small(count, threshold=threshold)}
    if not hidden:
        return tuple(cells)
    others = sorted((count, place) for place, count in enumerate(cells) if place not in hidden)
    # A hidden zero protects nobody while another cell could: take the zeros last.
    for _count, place in sorted(others, key=lambda cell: (cell[0] == 0, cell)):
        if len(hidden) >= 2 and sum(cells[i] for i in hidden) >= threshold:
            break
        hidden.add(place)
    return tuple(None if place in hidden else count for place, count in enumerate(cells))


def may_publish(successes: int, n: int, *, threshold: int = MIN_CELL) -> bool:
    """Whether a share of people's own acts may be shown: neither side of it is a small count."""
    return n >= threshold and not is_small(successes) and not is_small(n - successes)
