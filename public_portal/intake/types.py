"""Data of the wizard: answers, drafts, held requests, files, the finder."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from shared.catalogue.types import Details
from shared.complaints.enums import Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft, StoredFile
from shared.directory.types import TopicHit
from shared.forms.fields import Choice

# What the finder offers: a body to choose, or a topic whose place is still to be asked for.
Offer = Choice | TopicHit
# The values typed on a page: the name of each control, and the values in it.
Typed = tuple[tuple[str, tuple[str, ...]], ...]
MAX_REPLACED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of the wizard, as text; blank for steps not reached yet."""

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
    # By step, the values of pages that were left or refused before they could be accepted. Under
    # "step.1" and so on, the values that these replaced without the citizen having seen them.
    typed: tuple[tuple[str, Typed], ...] = ()
    # Steps whose page was accepted; an optional one may have no answer.
    accepted: tuple[str, ...] = ()

    def typed_on(self, step: str) -> Typed:
        """Return what was typed on a page left unfinished; nothing for a page in order."""
        return dict(self.typed).get(step, ())

    def is_unfinished(self, step: str) -> bool:
        """Return whether a page was left unfinished, even an empty one."""
        return step in dict(self.typed)

    def replaced_on(self, step: str) -> tuple[Typed, ...]:
        """Return what another window's page replaced; an empty entry means the answer."""
        return tuple(typed for key, typed in self.typed if key.startswith(f"{step}."))

    def without_typed(self, *steps: str) -> "Answers":
        """Return the answers without what was typed on these pages."""
        kept = tuple(pair for pair in self.typed if pair[0].partition(".")[0] not in steps)
        return replace(self, typed=kept)

    def with_typed(self, step: str, typed: Typed, *, replaces: bool = False) -> "Answers":
        """Return the answers with one page as it was typed.

        With ``replaces`` what the page replaces is kept too, the latest three entries.
        """
        former = self.replaced_on(step)
        if replaces and self.typed_on(step) not in former:
            former = (*former, self.typed_on(step))[-MAX_REPLACED:]
        numbered = ((f"{step}.{number}", one) for number, one in enumerate(former, start=1))
        return replace(self, typed=(*self.without_typed(step).typed, (step, typed), *numbered))

    def with_accepted(self, *steps: str) -> "Answers":
        """Return the answers with the pages of these steps accepted."""
        fresh = tuple(step for step in steps if step not in self.accepted)
        return replace(self.without_typed(*steps), accepted=(*self.accepted, *fresh))

    def reopened(self, step: str) -> "Answers":
        """Return the answers with the page of one step still to be shown."""
        kept = tuple(one for one in self.accepted if one != step)
        return replace(self.without_typed(step), accepted=kept)

    def to_draft(self) -> ComplaintDraft:
        """Return the complaint of these answers, without details; all steps must be accepted."""
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

    ``reference`` is set once the answers were filed; nothing else is left of the answers then.
    ``held_token`` is set while the request waits for a server that does not answer.
    """

    token: str = ""
    answers: Answers = Answers()
    reference: str = ""
    kept_until: date | None = None
    files: tuple[StoredFile, ...] = ()
    held_token: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether "send" was pressed: the next answer begins a new request."""
        return bool(self.reference or self.held_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRequest:
    """A request on which "send" was pressed while its agency's database server did not answer.

    ``token`` opens its page. ``refusal`` is the code of a final refusal, blank while the request
    waits; ``reference`` is set once it is filed, and then nothing else is left. ``is_repeat``: the
    request was held or filed earlier.
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
    """A file as it came with a request, in its part ``part``, and not yet examined.

    ``question`` is the code of the category's question that the file answers, or blank.
    """

    part: str
    question: str
    upload: "UploadedFile[bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedDraft:
    """A draft made of an earlier request: how many of its files were copied or left out."""

    token: str
    files_copied: int
    files_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderQuestion:
    """What the finder of bodies is asked: words, or a topic and the words for a place."""

    words: str = ""
    topic: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderChoices:
    """What the finder offers: ``offers`` in their order, ``asked`` the topic that needs a place."""

    offers: tuple[Offer, ...] = ()
    asked: TopicHit | None = None

    @property
    def bodies(self) -> list[Choice]:
        """The bodies that can be chosen."""
        return [one for one in self.offers if isinstance(one, Choice)]

    @property
    def topics(self) -> list[TopicHit]:
        """The topics that can be chosen, without ``asked``."""
        others = (one for one in self.offers if isinstance(one, TopicHit))
        return [one for one in others if self.asked is None or one.code != self.asked.code]
