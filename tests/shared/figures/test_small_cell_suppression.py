"""Small counts stay unpublished, and cannot be found by subtraction."""

import pytest
from hypothesis import given, strategies as st

from shared.figures.small_cell_suppression import is_small, may_publish, suppress, suppress_table
from tests.support.sampling import repeats

rows = st.lists(st.integers(0, 40), min_size=2, max_size=7)


@pytest.mark.parametrize(
    ("cells", "published"),
    [
        ((10, 20, 0), (10, 20, 0)),
        ((3, 20, 7), (None, 20, None)),
        ((3, 4, 50), (None, None, 50)),
        ((1, 1, 50, 9), (None, None, 50, None)),
        ((3, 0, 0), (None, None, None)),
        ((3, 0, 9), (None, 0, None)),
    ],
)
def test_rows_worked_by_hand(cells, published):
    assert suppress(cells) == published


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        suppress([3, -1])


@given(rows)
def test_no_small_count_is_published(cells):
    assert not any(is_small(cell) for cell in suppress(cells) if cell is not None)


@given(rows)
def test_what_is_published_is_true(cells):
    assert all(shown in (None, cell) for cell, shown in zip(cells, suppress(cells), strict=True))


@given(rows)
def test_the_total_never_gives_a_hidden_count_away(cells):
    hidden = [cell for cell, shown in zip(cells, suppress(cells), strict=True) if shown is None]

    whole_row_is_hidden = len(hidden) == len(cells)

    assert not hidden or whole_row_is_hidden or (len(hidden) >= 2 and sum(hidden) >= 5)


@pytest.mark.parametrize(
    ("successes", "n", "may"),
    [(4, 40, False), (36, 40, False), (5, 40, True), (0, 40, True), (0, 4, False), (40, 40, True)],
)
def test_shares_with_a_small_side_stay_unpublished(successes, n, may):
    assert may_publish(successes, n) is may


# --- tables: rows, columns and their totals are published -----------------------------------------


def split(total, places):
    """Every way to share a total among so many places."""
    if places == 1:
        return [(total,)]
    return [(one, *rest) for one in range(total + 1) for rest in split(total - one, places - 1)]


def rows_like(row, hidden):
    """Every row that would be published like this one."""
    free = sorted(hidden)
    if not free:
        return [tuple(row)]
    found = []
    for values in split(sum(row[at] for at in free), len(free)):
        filled = dict(zip(free, values, strict=True))
        found.append(tuple(filled.get(at, cell) for at, cell in enumerate(row)))
    return found


# Larger than the sum of any column here: the cells of a row stand side by side in one number.
BASE = 100_000


def side_by_side(cells):
    """The cells as one number; that of a sum of rows is the sum of theirs."""
    return sum(cell * BASE**at for at, cell in enumerate(cells))


def sums_of(rows):
    """Every sum that one choice of each of these sets of rows can have."""
    found = {0}
    for choices in rows:
        found = {one + other for one in found for other in choices}
    return found


def recovered(rows):
    """Small hidden cells that a reader of all totals can work out.

    A filling of one row is possible where the others have fillings with which the totals hold: the
    sums of the others are the same for many of their tables, and are made once.
    """
    hidden = suppress_table(rows)
    totals = suppress([sum(column) for column in zip(*rows, strict=True)])
    known = [place for place, total in enumerate(totals) if total is not None]
    total = side_by_side(totals[place] for place in known)
    choices = list(map(rows_like, rows, hidden))
    parts = [{side_by_side(row[place] for place in known) for row in one} for one in choices]
    possible: list[dict[int, set[int]]] = [{} for _row in rows]
    for at, fillings in enumerate(choices):
        others = sums_of(parts[:at] + parts[at + 1 :])
        for filled in fillings:
            if total - side_by_side(filled[place] for place in known) in others:
                for place, value in enumerate(filled):
                    possible[at].setdefault(place, set()).add(value)
    return [
        (at, place)
        for at, places in enumerate(hidden)
        for place in places
        if is_small(rows[at][place]) and len(possible[at][place]) == 1
    ]


def is_plain(rows):
    """Whether a column is empty in the whole country: its total then tells each of its cells."""
    return any(sum(column) == 0 for column in zip(*rows, strict=True))


@pytest.mark.parametrize(
    "rows",
    repeats(
        [
            [[3, 7], [9, 90], [40, 50]],
            [[30, 2, 30], [40, 40, 40], [50, 60, 70]],
            [[9, 1], [1, 9]],
            [[6, 6, 1], [6, 6, 6], [6, 1, 6]],
        ]
    ),
)
def test_what_one_row_hides_does_not_follow_from_all_others(rows):
    assert recovered(rows) == []


def test_a_table_without_small_numbers_is_published_whole():
    assert suppress_table([[5, 0, 9], [7, 8, 20]]) == (frozenset(), frozenset())


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_small_number_of_narrow_tables_can_be_worked_out(rows):
    assert is_plain(rows) or recovered(rows) == []


@given(st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=2))
def test_no_small_number_of_wide_tables_can_be_worked_out(rows):
    assert is_plain(rows) or recovered(rows) == []
