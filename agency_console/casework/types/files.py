"""A file on the page of a case, and how it is shown there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.complaints.enums import ScanState


class Preview(StrEnum):
    """How a file is shown inside the page of its case; the rest is downloaded."""

    PDF = "pdf"
    PICTURE = "picture"
    SOUND = "sound"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file of the case, or one beside a draft.

    ``url`` and ``view_url`` are blank where it must not be opened, or cannot be shown in the page.
    """

    id: UUID
    name: str
    size: int
    scan: ScanState
    preview: Preview
    author: str
    is_by_email: bool
    at: datetime
    url: str = ""
    view_url: str = ""
