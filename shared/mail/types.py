"""What the national side says of a letter at the moment when it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """Where a letter goes ("" for nowhere), and the links in it that work once.

    ``links`` has the name of a page under tracking and the secret that opens it. With
    ``is_forgotten`` the letter's row loses its address and words once it has left.
    """

    to: str
    links: Mapping[str, str] = field(default_factory=dict)
    is_forgotten: bool = False
