"""Frozen data of files, and of texts that are being sent, failed or wait for approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.complaints.enums import ScanState


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldText:
    """A text that is sent in ``seconds``, could not be sent (``failure``) or was not approved."""

    draft_id: UUID
    reference: str
    act_label: str
    url: str
    seconds: int = 0
    failure: str = ""
    returned_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTexts:
    """An officer's texts above the inbox and each case; ``failed``: failed or returned texts."""

    leaving: Sequence[HeldText] = ()
    failed: Sequence[HeldText] = ()

    def __bool__(self) -> bool:
        return bool(self.leaving or self.failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingApproval:
    """A text that waits for a second officer's approval."""

    draft_id: UUID
    reference: str
    subject: str
    officer: str
    act_label: str
    asked_at: datetime | None
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecipient:
    """A request that a text reaches, and the e-mail address to which the text goes.

    ``is_hidden``: the agency does not know the person. ``has_joined``: the request was not among
    the recipients when the text was submitted.
    """

    reference: str
    subject: str
    name: str
    email: str
    is_hidden: bool
    has_joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecipients:
    """The requests that a text reaches; ``hidden``: the count of requests of other units."""

    shown: Sequence[TextRecipient] = ()
    hidden: int = 0


class Preview(StrEnum):
    """The kind of preview of a file; a file without a preview can only be downloaded."""

    PDF = "pdf"
    PICTURE = "picture"
    SOUND = "sound"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file of a case or of a draft.

    ``url`` is blank if the file must not be opened, ``view_url`` if a page cannot show the file.
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
