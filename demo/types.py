"""What the pages of the demonstration show: plain frozen data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail as it left, read back from the demonstration's outbox."""

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
        """How its language is written."""
        return "rtl" if self.language == "ar" else "ltr"
