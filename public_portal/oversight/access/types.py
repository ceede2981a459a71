"""What several pages of national oversight show of a case."""

from dataclasses import dataclass

from shared.complaints.types import PublicMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """A message of a case; ``agency`` names the administration where a former one wrote it."""

    message: PublicMessage
    agency: str
