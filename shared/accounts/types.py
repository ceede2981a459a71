"""What the pages of one's own account show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetail:
    """A browser in which somebody is signed in; ``is_here``: the one that asks.

    ``browser`` and ``system`` may be blank.
    """

    id: UUID
    browser: str
    system: str
    began_at: datetime
    seen_at: datetime
    is_here: bool

    @property
    def name(self) -> str:
        """The device in words of its makers, blank when it says nothing."""
        return " · ".join(word for word in (self.browser, self.system) if word)
