"""What is kept of a journey, what can be chosen on it, and the receipt at its end."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import fields, replace
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from public_portal.intake.enums import Step
from public_portal.intake.errors import CategoryUnknown, HeldNotFound, OrganisationUnknown
from public_portal.intake.models import Draft, DraftFile, HeldDraft
from public_portal.intake.types import (
    Answers,
    FinderChoices,
    FinderQuestion,
    HeldRequest,
    KeptDraft,
    Offer,
    Typed,
)
from shared.catalogue.enums import QuestionKind
from shared.catalogue.selectors import categories_for
from shared.catalogue.types import CategoryInfo, QuestionInfo
from shared.complaints.enums import OPEN, ScanState
from shared.complaints.types import CaseSummary, StoredFile
from shared.directory.enums import OrganisationKind
from shared.directory.errors import OrganisationNotFound, TopicNotFound
from shared.directory.selectors.finder import finder_search, topic_bodies, topic_hit
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import (
    organisation_find,
    organisation_get,
    organisation_names,
)
from shared.directory.types import OrganisationHit, OrganisationInfo, TopicHit
from shared.forms.fields import Choice
from shared.kernel import clock
from shared.kernel.errors import InvalidInput, NotFound
from shared.kernel.text import search_words
from tenants.agencies.selectors import recipient_agencies, recipient_agency
from tenants.agencies.types import AgencyInfo, RecipientAgency
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.gateway import receipt_get
from tenants.case_access.services.owned_cases import cases_of_session
from tenants.case_access.services.receipt_codes import keyed_digest
from tenants.case_access.types import Receipt
from tenants.fleet.types import HeldSummary

MAX_FOUND = 8
MAX_OWN = 20
WORDS_ALIKE = 2
# Over that, operators are told of a held request by name: it is never deleted.
LONG_HELD = timedelta(days=30)

ANSWER_NAMES = tuple(field.name for field in fields(Answers))

_IS_HELD = Exists(HeldDraft.objects.filter(pk=OuterRef("pk")))
# "." and not Django's ":", which mail programs cut links at.
_receipts = Signer(salt="public.intake.receipt", sep=".")


def draft_digest(token: str) -> bytes:
    """What is stored of a draft's token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def draft_find(*, token: str) -> KeptDraft:
    """What is kept under a token; blank when it is unknown, expired or no token at all."""
    # The files first: once the row says that nothing was sent, none of them had gone before.
    files = draft_files(digest=draft_digest(token)) if token else ()
    row = (
        Draft.objects.annotate(is_held=_IS_HELD)
        .filter(digest=draft_digest(token), expires_at__gt=clock.now())
        .first()
        if token
        else None
    )
    if row is None:
        return KeptDraft()
    is_held = row.is_held and not row.reference
    return KeptDraft(
        token=token,
        answers=answers_of(row),
        reference=row.reference,
        kept_until=clock.civil_day(row.expires_at),
        files=files,
        held_token=held_token(draft_digest(token)) if is_held else "",
    )


def answers_of(row: Draft) -> Answers:
    """The answers in a row."""
    return replace(
        Answers(**{name: getattr(row, name) for name in ANSWER_NAMES}),
        details=tuple((code, text) for code, text in row.details),
        declarations=tuple(row.declarations),
        accepted=tuple(row.accepted),
        typed=_with_circumstances(
            {
                step: tuple((name, tuple(values)) for name, values in typed)
                for step, typed in row.typed
            }
        ),
    )


def held_token(digest: bytes) -> str:
    """What the address of a held request ends with: 256 bits, worked out from its row's key.

    Not the token of its answers, whose address may have gone to people who are not to see the
    receipt code. Of a copy of the database nobody can make it: it needs ``LOOKUP_KEY``.
    """
    return urlsafe_b64encode(keyed_digest("held", digest)).rstrip(b"=").decode()


def unsent_rows(digest: bytes) -> QuerySet[Draft]:
    """The row of answers on which "send" was not pressed; none where it was."""
    return Draft.objects.filter(~_IS_HELD, digest=digest, reference="")


def prunable_rows() -> QuerySet[Draft]:
    """The rows that are kept no longer; what waits to be filed stays however long that takes."""
    waits = Exists(held_rows().filter(pk=OuterRef("pk"), refusal=""))
    return Draft.objects.filter(~waits, expires_at__lte=clock.now())


def held_rows() -> QuerySet[HeldDraft]:
    """Every request that is held: those that wait, and those that were refused for good."""
    return HeldDraft.objects.filter(filed_at=None)


def held_find(*, token: str) -> HeldRequest:
    """A held request, or the reference of one that was filed. Raises ``HeldNotFound``."""
    held = HeldDraft.objects.filter(link_digest=draft_digest(token)).first()
    row = Draft.objects.filter(pk=held.pk).first() if held is not None else None
    if held is None or row is None:
        raise HeldNotFound
    waits = not row.reference and not held.refusal
    # What waits is kept however long that takes.
    if not waits and row.expires_at <= clock.now():
        raise HeldNotFound
    return held_of(held, row, token=token)


def held_of(held: HeldDraft, row: Draft, *, token: str) -> HeldRequest:
    """What both rows say to whoever has the address."""
    return HeldRequest(
        token=token,
        pressed_at=held.pressed_at,
        kept_until=clock.civil_day(row.expires_at),
        organisation=held.organisation,
        subject=row.subject,
        is_anonymous=held.is_anonymous,
        has_email=bool(row.email) and not held.is_anonymous,
        has_account=held.owner_id is not None,
        refusal=held.refusal,
        reference=row.reference,
    )


def held_summary() -> HeldSummary:
    """How many requests are held, since when, and how many were refused for good; one query."""
    waits = Q(refusal="")
    long_ago = Q(pressed_at__lte=clock.now() - LONG_HELD)
    return HeldSummary(
        **held_rows().aggregate(
            waiting=Count("pk", filter=waits),
            oldest_at=Min("pressed_at", filter=waits),
            overdue=Count("pk", filter=waits & long_ago),
            refused=Count("pk", filter=~waits),
        )
    )


def _with_circumstances(typed: dict[str, Typed]) -> tuple[tuple[str, Typed], ...]:
    """What stood on each page: the day and the place were once asked on the page of the story.

    Drafts live for thirty days; one from before would lose both.
    """
    story = typed.get(Step.STORY, ())
    moved = tuple(pair for pair in story if pair[0].startswith(("place", "happened_on")))
    if moved:
        typed |= {
            Step.STORY: tuple(pair for pair in story if pair not in moved),
            Step.CIRCUMSTANCES: moved,
        }
    return tuple((step, page) for step, page in typed.items() if page or not moved)


def draft_files(*, digest: bytes) -> tuple[StoredFile, ...]:
    """The files of an unfinished request, oldest first."""
    rows = DraftFile.objects.filter(draft=digest).order_by("at", "id")
    return tuple(
        StoredFile(
            id=row.pk,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            sha256=bytes(row.sha256),
            path=row.path,
            scan=ScanState(row.scan),
            question=row.question,
        )
        for row in rows
    )


def similar_cases(
    *, answers: Answers, tokens: list[str], references: list[str], owner_id: int | None
) -> list[CaseSummary]:
    """Open cases of the visitor's own that may be about the same; strangers' are never looked at.

    Those of the same body, and those whose subject shares two words that say something.
    """
    words = set(search_words(answers.subject))
    return [
        case
        for case in cases_of_session(
            tokens=tokens, references=references, owner_id=owner_id, most=MAX_OWN
        )
        if case.status in OPEN
        and (
            case.organisation_code == answers.organisation
            or len(words.intersection(search_words(case.subject))) >= WORDS_ALIKE
        )
    ]


def receipt_token(reference: str) -> str:
    """The bearer token of a receipt page: whoever has it sees the receipt code."""
    return _receipts.sign(reference)


def receipt_by_token(*, token: str) -> Receipt:
    """The receipt that a token opens. Raises ``CaseNotFound``."""
    try:
        return receipt_get(reference=_receipts.unsign(token))
    except BadSignature:
        raise CaseNotFound from None


def finder_choices(*, question: FinderQuestion, chosen: str, language: str) -> FinderChoices:
    """What a search found, best first, after what was chosen before; each body with who answers."""
    try:
        topic = topic_hit(code=question.topic, language=language) if question.topic else None
    except TopicNotFound:
        topic = None
    asked = topic if topic is not None and topic.needs_place else None
    entries: list[TopicHit | OrganisationHit] = [*_chosen_hits(chosen, language)]
    if topic is not None:
        entries += _bodies_of(topic, question.place, language)
    elif question.words:
        found = finder_search(text=question.words, language=language, limit=MAX_FOUND).entries
        entries += found
        asked = next((one for one in found[:1] if isinstance(one, TopicHit)), None)
    return FinderChoices(offers=_offers(entries, language), asked=asked)


def _bodies_of(topic: TopicHit, place: str, language: str) -> list[OrganisationHit]:
    if topic.needs_place and not place:
        return []
    return topic_bodies(code=topic.code, place=place, language=language, limit=MAX_FOUND)


def _offers(entries: list[TopicHit | OrganisationHit], language: str) -> tuple[Offer, ...]:
    codes = [one.code for one in entries if isinstance(one, OrganisationHit)]
    recipients = recipient_agencies(organisation_codes=codes)
    offers: dict[tuple[type[Offer], str], Offer] = {}
    for one in entries:
        offer = (
            one
            if isinstance(one, TopicHit)
            else Choice(
                code=one.code,
                name=one.name,
                hint=_hint(one, recipients.get(one.code), language),
            )
        )
        offers.setdefault((type(offer), offer.code), offer)
    return tuple(offers.values())


def categories_of(*, organisation: str, kind: str) -> list[CategoryInfo]:
    """What a request of that kind to that body may be about, in the catalogue's order.

    Raises ``OrganisationUnknown``.
    """
    try:
        body = organisation_get(code=organisation)
    except OrganisationNotFound:
        # For a reader of an address that is a missing page; for a sender it is a wrong answer.
        raise OrganisationUnknown(field="organisation") from None
    return categories_for(organisation_code=body.code, organisation_kind=body.kind, kind=kind)


def category_of(*, organisation: str, kind: str, code: str) -> CategoryInfo:
    """One of those categories. Raises ``CategoryUnknown`` and ``OrganisationUnknown``."""
    for category in categories_of(organisation=organisation, kind=kind):
        if category.code == code:
            return category
    raise CategoryUnknown(field="category")


def questions_of(answers: Answers) -> tuple[QuestionInfo, ...]:
    """The chosen category's own questions that are answered in words, numbers or choices.

    None without a category that is still offered.
    """
    return tuple(one for one in _asked(answers) if one.kind != QuestionKind.FILE)


def file_questions_of(answers: Answers) -> tuple[QuestionInfo, ...]:
    """Those that are answered with a file."""
    return tuple(one for one in _asked(answers) if one.kind == QuestionKind.FILE)


def _asked(answers: Answers) -> tuple[QuestionInfo, ...]:
    if not answers.category:
        return ()
    try:
        return category_of(
            organisation=answers.organisation, kind=answers.kind, code=answers.category
        ).questions
    except InvalidInput:
        return ()


def organisation_name(*, code: str, language: str) -> str:
    """The name of a body. Raises ``OrganisationNotFound``."""
    return organisation_get(code=code).name(language)


def recipient_name(*, organisation: str, language: str) -> str:
    """Who receives requests about a body; the body itself where nobody does any more."""
    try:
        return recipient_of(organisation=organisation).agency.name(language)
    except (InvalidInput, NotFound):
        return organisation_names(codes=[organisation])[organisation].text(language)


def orientation_desk() -> AgencyInfo | None:
    """Who names the body for a citizen who does not know it; ``None`` while nobody does."""
    try:
        return recipient_of(organisation=ORIENTATION).agency
    except (InvalidInput, NotFound):
        return None


def recipient_of(*, organisation: str) -> RecipientAgency:
    """Who receives a request about an organisation.

    Raises ``OrganisationUnknown``, ``OrganisationNotServed`` or ``NoAgencyForOrganisation``.
    """
    try:
        return recipient_agency(organisation_code=organisation)
    except OrganisationNotFound:
        raise OrganisationUnknown(field="organisation") from None


def _chosen_hits(code: str, language: str) -> list[OrganisationHit]:
    body = organisation_find(code=code)
    return [_as_hit(body, language)] if body else []


def _as_hit(body: OrganisationInfo, language: str) -> OrganisationHit:
    return OrganisationHit(
        code=body.code,
        kind=body.kind,
        kind_label=str(OrganisationKind(body.kind).label),
        name=body.name(language),
        names=body.names,
        parent_name=body.parent_names.text(language) if body.parent_names else "",
        handles=body.handles.text(language),
        accepts=body.accepts,
        refusal=body.refusal.text(language),
        score=1.0,
    )


def _hint(hit: OrganisationHit, recipient: RecipientAgency | None, language: str) -> str:
    place = " – ".join(part for part in (hit.kind_label, hit.parent_name) if part)
    if not hit.accepts:
        return f"{place}. {hit.refusal}"
    if recipient is None:
        return _("%(place)s. No administration answers for it on the portal yet.") % {
            "place": place
        }
    words = {"place": place, "agency": recipient.agency.name(language)}
    if recipient.is_desk:
        return (
            _(
                "%(place)s. It does not answer on the portal yet: your request goes to "
                "%(agency)s, which tells you within 15 days where to turn."
            )
            % words
        )
    return _("%(place)s. Answered by: %(agency)s") % words
