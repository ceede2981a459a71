"""Types of the demonstration's pages."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail, read from the demonstration's outbox."""

    key: str
    subject: str
    sender: str
    to: str
    sent_at: datetime | None
    language: str
    text: str
    html: str

    @property
    def direction(self) -> str:
        """Return the writing direction of the e-mail's language."""
        return "rtl" if self.language == "ar" else "ltr"
