"""Small counts stay unpublished, and cannot be found by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.figures.suppression import is_small, may_publish, suppress

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
