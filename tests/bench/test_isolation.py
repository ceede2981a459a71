"""Who counts as having noticed a defect that was put into a copy of the code."""

import pytest

from bench.isolation import noticed_by
from bench.measuring import Unfit

SUMMARY = "=== short test summary info ==="
FAILED = f"\nE   AssertionError: assert 1 == 0\n{SUMMARY}\nFAILED tests/x.py::y"
REFUSED = f"\nE   ProgrammingError: permission denied for table a\n{SUMMARY}\nFAILED tests/x.py::y"
NOT_MADE = (
    f"\nE   tenants.fleet.errors.WorkspaceIncomplete: water: why\n{SUMMARY}\nERROR tests/x.py::y"
)
NO_START = f"\nE   SyntaxError: invalid syntax\n{SUMMARY}\nERROR tests/x.py"


@pytest.mark.parametrize(
    ("told", "who"),
    [("", "nobody"), (FAILED, "test"), (REFUSED, "database"), (NOT_MADE, "workspace")],
)
def test_whoever_is_first_to_refuse_has_noticed_the_defect(told, who):
    assert noticed_by(told, "a defect") == who


def test_a_code_that_does_not_start_proves_nothing():
    with pytest.raises(Unfit, match="breaks more than it should"):
        noticed_by(NO_START, "a defect")
