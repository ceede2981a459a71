"""Data of the wizard: answers, drafts, held requests, files, the finder."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from shared.catalogue.types import Details
from shared.complaints.enums import Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft, StoredFile
from shared.directory.types import TopicHit
from shared.forms.fields import Choice

# A result of the finder: a body, or a topic for which a place must be given.
Offer = Choice | TopicHit
# The values typed on a page: pairs of a control's name and its values.
Typed = tuple[tuple[str, tuple[str, ...]], ...]
MAX_REPLACED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of the wizard; the answers of steps not reached yet are blank."""

    kind: str = ""
    organisation: str = ""
    category: str = ""
    subject: str = ""
    body: str = ""
    place: str = ""
    happened_on: date | None = None
    declarations: tuple[str, ...] = ()
    follows: str = ""
    details: Details = ()
    remedy: str = ""
    language: str = ""
    privacy: str = ""
    party_kind: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    national_id: str = ""
    # Pairs of a step and the values typed on its page, if the page was left or refused. The names
    # "step.1" and so on have values of another window that were replaced unseen.
    typed: tuple[tuple[str, Typed], ...] = ()
    # The steps with an accepted page; an accepted page of an optional step may be empty.
    accepted: tuple[str, ...] = ()

    def typed_on(self, step: str) -> Typed:
        """Return what was typed on the page of a step and not accepted."""
        return dict(self.typed).get(step, ())

    def is_unfinished(self, step: str) -> bool:
        """Return whether the page of a step was left or refused, also if the page was empty."""
        return step in dict(self.typed)

    def replaced_on(self, step: str) -> tuple[Typed, ...]:
        """Return the values of other windows that later values replaced.

        An empty entry stands for the accepted answer.
        """
        return tuple(typed for key, typed in self.typed if key.startswith(f"{step}."))

    def without_typed(self, *steps: str) -> "Answers":
        """Return the answers without the typed values of these steps."""
        kept = tuple(pair for pair in self.typed if pair[0].partition(".")[0] not in steps)
        return replace(self, typed=kept)

    def with_typed(self, step: str, typed: Typed, *, replaces: bool = False) -> "Answers":
        """Return the answers with the typed values of one step.

        With ``replaces``, the former values join the replaced values, of which three are kept.
        """
        former = self.replaced_on(step)
        if replaces and self.typed_on(step) not in former:
            former = (*former, self.typed_on(step))[-MAX_REPLACED:]
        numbered = ((f"{step}.{number}", one) for number, one in enumerate(former, start=1))
        return replace(self, typed=(*self.without_typed(step).typed, (step, typed), *numbered))

    def with_accepted(self, *steps: str) -> "Answers":
        """Return the answers with these steps accepted, and without their typed values."""
        fresh = tuple(step for step in steps if step not in self.accepted)
        return replace(self.without_typed(*steps), accepted=(*self.accepted, *fresh))

    def reopened(self, step: str) -> "Answers":
        """Return the answers with one step not accepted, and without its typed values."""
        kept = tuple(one for one in self.accepted if one != step)
        return replace(self.without_typed(step), accepted=kept)

    def to_draft(self) -> ComplaintDraft:
        """Return the content of the complaint, without details; all steps must be answered."""
        return ComplaintDraft(
            organisation_code=self.organisation,
            kind=Kind(self.kind),
            category_code=self.category,
            subject=self.subject,
            body=self.body,
            place=self.place,
            happened_on=self.happened_on,
            declarations=tuple(Declaration(one) for one in self.declarations),
            follows=self.follows,
            remedy=self.remedy,
            language=Language(self.language),
            privacy=Privacy(self.privacy),
            party=PartyDraft(
                name=self.name,
                email=self.email,
                phone=self.phone,
                national_id=self.national_id,
                kind=PartyKind(self.party_kind or PartyKind.PERSON),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """The stored answers of a draft; ``token`` is blank before the first answer.

    ``reference`` is set when the request was filed; the answers are deleted then. ``held_token`` is
    set while the request is held.
    """

    token: str = ""
    answers: Answers = Answers()
    reference: str = ""
    kept_until: date | None = None
    files: tuple[StoredFile, ...] = ()
    held_token: str = ""

    @property
    def is_gone(self) -> bool:
        """Return whether the draft was filed or its request is held."""
        return bool(self.reference or self.held_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRequest:
    """A request on which "send" was pressed while its agency's database server did not answer.

    ``token`` is the secret in the address of its page. ``refusal`` is the code of a final refusal,
    or blank. ``reference`` is set when the request was filed. ``is_repeat``: the request was held
    or filed earlier.
    """

    token: str
    pressed_at: datetime
    kept_until: date
    organisation: str = ""
    subject: str = ""
    is_anonymous: bool = False
    has_email: bool = False
    has_account: bool = False
    refusal: str = ""
    reference: str = ""
    is_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that came with a request and is not examined yet.

    ``part`` is the name of its part in the HTTP request; ``question`` is the code of the question
    that the file answers, or blank.
    """

    part: str
    question: str
    upload: "UploadedFile[bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedDraft:
    """A draft made from an earlier request, with the counts of files copied and left out."""

    token: str
    files_copied: int
    files_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderQuestion:
    """A search for bodies: by words, or by a topic and the name of a place."""

    words: str = ""
    topic: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderChoices:
    """The results of a search for bodies; ``asked`` is a topic for which a place must be given."""

    offers: tuple[Offer, ...] = ()
    asked: TopicHit | None = None

    @property
    def bodies(self) -> list[Choice]:
        """Return the bodies among the results."""
        return [one for one in self.offers if isinstance(one, Choice)]

    @property
    def topics(self) -> list[TopicHit]:
        """Return the topics among the results, without ``asked``."""
        others = (one for one in self.offers if isinstance(one, TopicHit))
        return [one for one in others if self.asked is None or one.code != self.asked.code]
