"""What a citizen has answered so far."""

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
# What stands in the controls of a page: each one's name, and the values in it.
Typed = tuple[tuple[str, tuple[str, ...]], ...]
MAX_REPLACED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of the wizard, as text; blank where the citizen has not come yet."""

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
    # Pages that were left or refused before they could be accepted, by step: as they stood. Under
    # "step.1" and so on, what that replaced, without its citizen having seen it.
    typed: tuple[tuple[str, Typed], ...] = ()
    # Steps whose page was accepted: of an optional one nothing may have been answered.
    accepted: tuple[str, ...] = ()

    def typed_on(self, step: str) -> Typed:
        """Return what stood on a page that was left unfinished; nothing where it is in order."""
        return dict(self.typed).get(step, ())

    def is_unfinished(self, step: str) -> bool:
        """Return whether a page waits to be put in order, be it empty."""
        return step in dict(self.typed)

    def replaced_on(self, step: str) -> tuple[Typed, ...]:
        """Return what a page of another window had replaced; nothing stands for the answer."""
        return tuple(typed for key, typed in self.typed if key.startswith(f"{step}."))

    def without_typed(self, *steps: str) -> "Answers":
        """Return the same answers without what stood on those pages."""
        kept = tuple(pair for pair in self.typed if pair[0].partition(".")[0] not in steps)
        return replace(self, typed=kept)

    def with_typed(self, step: str, typed: Typed, *, replaces: bool = False) -> "Answers":
        """Return the same answers, and one page as it stands.

        With ``replaces`` what it replaces is kept as well, the latest few of them.
        """
        former = self.replaced_on(step)
        if replaces and self.typed_on(step) not in former:
            former = (*former, self.typed_on(step))[-MAX_REPLACED:]
        numbered = ((f"{step}.{number}", one) for number, one in enumerate(former, start=1))
        return replace(self, typed=(*self.without_typed(step).typed, (step, typed), *numbered))

    def with_accepted(self, *steps: str) -> "Answers":
        """Return the same answers, with the pages of those steps in order."""
        fresh = tuple(step for step in steps if step not in self.accepted)
        return replace(self.without_typed(*steps), accepted=(*self.accepted, *fresh))

    def reopened(self, step: str) -> "Answers":
        """Return the same answers, with the page of one step still to be shown."""
        kept = tuple(one for one in self.accepted if one != step)
        return replace(self.without_typed(step), accepted=kept)

    def to_draft(self) -> ComplaintDraft:
        """Return the complaint that these answers make, without the details; every step accepted
        them.
        """
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
    """Answers as they are kept. ``token`` is blank before the first answer.

    ``reference`` is set once they were sent; nothing else is left of them then. ``held_token`` is
    set while they wait for a server that does not answer.
    """

    token: str = ""
    answers: Answers = Answers()
    reference: str = ""
    kept_until: date | None = None
    files: tuple[StoredFile, ...] = ()
    held_token: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether "send" was pressed on them: the next answer begins a new request."""
        return bool(self.reference or self.held_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRequest:
    """A request on which "send" was pressed while its agency's database server did not answer.

    ``token`` opens its page. ``refusal`` is the code of a refusal for good, blank while it waits;
    ``reference`` is set once it is filed, and then nothing else is left of it. ``is_repeat``: it
    was held or filed earlier.
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
    """A file as it came with a request, in the part ``part`` of it, and not yet examined.

    ``question`` is the code of the category's question that it answers, blank for any other.
    """

    part: str
    question: str
    upload: "UploadedFile[bytes]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedDraft:
    """Answers carried over from an earlier request: its files, copied and not to be copied."""

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
        """The topics that can be asked about further, without the one that is."""
        others = (one for one in self.offers if isinstance(one, TopicHit))
        return [one for one in others if self.asked is None or one.code != self.asked.code]
