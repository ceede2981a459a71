"""The table of moves is the law; this is its second copy, written from the domain's description."""

import pytest

from shared.complaints.enums import Status
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.workflow import TRANSITIONS, can_move, require_move

EXPECTED = {
    "received": {"in_progress", "transferred", "inadmissible", "withdrawn"},
    "in_progress": {"awaiting_citizen", "answered", "transferred", "inadmissible", "withdrawn"},
    "awaiting_citizen": {"in_progress", "answered", "transferred", "inadmissible", "withdrawn"},
    "answered": {"reopened", "closed"},
    "reopened": {"awaiting_citizen", "answered", "transferred", "inadmissible", "withdrawn"},
    "inadmissible": {"reopened", "closed"},
    "transferred": {"received"},
    "withdrawn": set(),
    "closed": set(),
}


@pytest.mark.parametrize("old", Status)
@pytest.mark.parametrize("new", Status)
def test_a_move_is_possible_exactly_when_the_table_has_it(old, new):
    assert can_move(old, new) is (new.value in EXPECTED[old.value])


def test_every_state_has_its_line():
    assert set(TRANSITIONS) == set(Status)


def test_a_move_that_is_not_there_is_refused_by_name():
    with pytest.raises(TransitionNotAllowed, match="closed -> received"):
        require_move(Status.CLOSED, Status.RECEIVED)
