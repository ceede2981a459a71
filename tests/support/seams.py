"""Supply something else than config/seams.py does, until the test is over."""

from dataclasses import replace
from typing import Any

import pytest

from shared.kernel.seams import seams


def supply(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Replace fields of the seams for the rest of the test."""
    monkeypatch.setattr("shared.kernel.seams._supplied", replace(seams(), **changes))
