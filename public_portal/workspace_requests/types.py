"""What an institution has answered, and a request as its two readers see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from public_portal.workspace_requests.enums import RequestState, Side
from shared.directory.enums import OrganisationKind
from shared.kernel.text import Wording

# Another text of the terms has another version, and is agreed to anew.
TERMS_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of the wizard; blank where the person has not come yet.

    An institution is in the directory, or it is proposed with its names, kind and parent.
    """

    organisation_code: str = ""
    proposed_ar: str = ""
    proposed_fr: str = ""
    proposed_kind: str = ""
    proposed_parent: str = ""
    email: str = ""
    person_name: str = ""
    person_function: str = ""
    phone: str = ""
    volume: str = ""
    plan_code: str = ""
    seats: int = 1
    message: str = ""
    terms_version: str = ""

    @property
    def names_institution(self) -> bool:
        """Whether it is known for which institution the workspace is."""
        return bool(self.organisation_code or self.proposed_fr)

    @property
    def proposed_names(self) -> Wording:
        """The names of a proposed institution; there is none in English before the approval."""
        return Wording(ar=self.proposed_ar, fr=self.proposed_fr, en="")

    @property
    def domain(self) -> str:
        """What stands behind the @ of the address."""
        return self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """The answers of one session as they are kept. ``id`` is ``None`` before the first answer."""

    id: UUID | None = None
    answers: Answers = Answers()
    is_proved: bool = False
    is_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A question of oversight, or the institution's answer."""

    side: Side
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDetail:
    """A request with its talk. ``version`` changes with whatever a reviewer must have read."""

    id: UUID
    state: RequestState
    language: str
    answers: Answers
    institution: Wording
    is_domain_known: bool
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str
    agency_code: str
    job_id: UUID | None
    notes: tuple[Note, ...]

    @property
    def version(self) -> str:
        """``waiting.2``."""
        return f"{self.state.value}.{len(self.notes)}"

    @property
    def is_undecided(self) -> bool:
        """Oversight can still decide it, and the institution withdraw it."""
        return self.state in (RequestState.WAITING, RequestState.ASKED)

    @property
    def question(self) -> Note | None:
        """The question that waits for the institution."""
        asked = [note for note in self.notes if note.side is Side.OVERSIGHT]
        return asked[-1] if asked and self.state is RequestState.ASKED else None

    @property
    def is_proposed(self) -> bool:
        """The directory does not know the institution yet."""
        return not self.answers.organisation_code

    @property
    def is_forgotten(self) -> bool:
        """Who sent it has been forgotten: it was decided long ago."""
        return not self.answers.person_name

    def name(self, language: str) -> str:
        """Return the institution's name in ``language``."""
        return self.institution.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What oversight decides with an approval; the last two only for a proposed institution."""

    code: str
    names: Wording
    plan_code: str
    kind: OrganisationKind | None = None
    parent_code: str = ""
