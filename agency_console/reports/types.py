"""What the page of figures shows of this very moment: frozen data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentFigure:
    """How many cases stand in a list of the inbox now, and the address of that list."""

    label: str
    count: int
    url: str
