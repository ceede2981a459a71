"""Types for the pages of one's own account."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetail:
    """One open session of a user; ``is_here``: the session that asks.

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
        """Return browser and system by their makers' names; blank for neither."""
        return " · ".join(word for word in (self.browser, self.system) if word)
