"""Types of a workspace request: answers, notes and approval."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from public_portal.workspace_requests.enums import RequestState, Side
from shared.directory.enums import OrganisationKind
from shared.kernel.text import Wording

# When the version changes, every unsent request needs a new agreement.
TERMS_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of the wizard; the answer of an open step is blank.

    The institution has either a code in the directory or proposed names, kind and parent.
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
        """Return whether the answers name an institution."""
        return bool(self.organisation_code or self.proposed_fr)

    @property
    def proposed_names(self) -> Wording:
        """Return the names of a proposed institution, in Arabic and French only."""
        return Wording(ar=self.proposed_ar, fr=self.proposed_fr, en="")

    @property
    def domain(self) -> str:
        """Return the domain of the e-mail address."""
        return self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """The stored answers of one session; ``id`` is ``None`` before the first answer."""

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
    """A workspace request with its notes."""

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
        """Return the state and the count of notes, for example ``waiting.2``."""
        return f"{self.state.value}.{len(self.notes)}"

    @property
    def is_undecided(self) -> bool:
        """Return whether the request is under review."""
        return self.state in (RequestState.WAITING, RequestState.ASKED)

    @property
    def question(self) -> Note | None:
        """Return the open question, or ``None``."""
        asked = [note for note in self.notes if note.side is Side.OVERSIGHT]
        return asked[-1] if asked and self.state is RequestState.ASKED else None

    @property
    def is_proposed(self) -> bool:
        """Return whether the institution is not in the directory yet."""
        return not self.answers.organisation_code

    @property
    def is_forgotten(self) -> bool:
        """Return whether the personal data was deleted a year after the decision."""
        return not self.answers.person_name

    def name(self, language: str) -> str:
        """Return the institution's name in ``language``."""
        return self.institution.text(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The content of an approval; the last two fields are set only for a proposed institution."""

    code: str
    names: Wording
    plan_code: str
    kind: OrganisationKind | None = None
    parent_code: str = ""
