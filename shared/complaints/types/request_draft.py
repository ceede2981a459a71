"""Data that a citizen sends in a request or a rating."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.complaints.enums import (
    Channel,
    Consent,
    Declaration,
    Kind,
    Language,
    PartyKind,
    Privacy,
    ScanState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The identity of the person who filed a request; every field may be blank.

    Only oversight may see the identity in a confidential request, and each access is recorded.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    national_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDraft(Identity):
    """The party data that the person gave; of an anonymous request only ``kind`` is stored."""

    kind: PartyKind = PartyKind.PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that was examined and stored before its case exists.

    ``path`` is its random path in the storage. ``question`` is the code of the category's question
    that the file answers; blank for any other file.
    """

    id: UUID
    name: str
    content_type: str
    size: int
    sha256: bytes
    path: str
    scan: ScanState
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """The officer who files for a person, and how the person agreed."""

    officer_id: int
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDraft:
    """The content of a request: what decree 2.17.265 requires, and details that help to answer.

    ``follows`` is the reference of the citizen's earlier request, or blank; the reference is stored
    only if the request is named.
    """

    organisation_code: str
    kind: Kind
    subject: str
    body: str
    language: Language
    privacy: Privacy
    party: PartyDraft
    category_code: str = ""
    remedy: str = ""
    place: str = ""
    channel: Channel = Channel.PORTAL
    happened_on: date | None = None
    declarations: tuple[Declaration, ...] = ()
    follows: str = ""
    files: tuple[StoredFile, ...] = ()
    assistance: Assistance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingDraft:
    """A citizen's rating: whether the matter was resolved, and its handling (1 worst to 5 best)."""

    resolved: bool
    handling: int
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedContent:
    """An uploaded file. Its name is not trusted; its content decides how the file is treated."""

    name: str
    content: bytes
