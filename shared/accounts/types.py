"""Types for the list of a user's open sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetail:
    """One open session of a user; ``is_here`` is true for the session of the request.

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
        """Return the names of browser and operating system; blank if both are unknown."""
        return " · ".join(word for word in (self.browser, self.system) if word)
