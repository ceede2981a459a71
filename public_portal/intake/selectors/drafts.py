"""Queries on form drafts and held requests."""

from base64 import urlsafe_b64encode
from dataclasses import fields, replace
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from public_portal.intake.enums import Step
from public_portal.intake.errors import HeldNotFound
from public_portal.intake.models import Draft, DraftFile, HeldDraft
from public_portal.intake.types import Answers, HeldRequest, KeptDraft, Typed
from shared.complaints.enums import ScanState
from shared.complaints.types import StoredFile
from shared.kernel import clock
from tenants.case_access.services.receipt_codes import keyed_digest
from tenants.case_access.services.tokens import token_digest
from tenants.fleet.types import HeldSummary

# A request that is held longer counts as overdue.
LONG_HELD = timedelta(days=30)
ANSWER_NAMES = tuple(field.name for field in fields(Answers))
_IS_HELD = Exists(HeldDraft.objects.filter(pk=OuterRef("pk")))


def form_draft_find(*, token: str) -> KeptDraft:
    """Return the draft of a token, or a blank draft for an unknown, expired or blank token."""
    # Files are read first: filing deletes their rows, so unsent answers could seem without files.
    digest = token_digest(token)
    files = form_draft_files(digest=digest) if token else ()
    row = (
        Draft.objects.annotate(is_held=_IS_HELD)
        .filter(digest=digest, expires_at__gt=clock.now())
        .first()
        if token
        else None
    )
    if row is None:
        return KeptDraft()
    return KeptDraft(
        token=token,
        answers=answers_of(row),
        reference=row.reference,
        kept_until=clock.civil_day(row.expires_at),
        files=files,
        held_token=held_token(digest) if row.is_held and not row.reference else "",
    )


def answers_of(row: Draft) -> Answers:
    """Return the answers stored in a row."""
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
    """Return the secret token in the address of a held request, derived from the row's key.

    The draft has another token, because people who must not see the receipt code may have the
    draft's token. A copy of the database is not enough to compute this token, because
    ``LOOKUP_KEY`` is needed.
    """
    return urlsafe_b64encode(keyed_digest("held", digest)).rstrip(b"=").decode()


def unsent_rows(digest: bytes) -> QuerySet[Draft]:
    """Return the draft with this digest, unless it was filed or its request is held."""
    return Draft.objects.filter(~_IS_HELD, digest=digest, reference="")


def prunable_rows() -> QuerySet[Draft]:
    """Return the expired drafts, without held requests that wait to be filed."""
    waits = Exists(held_rows().filter(pk=OuterRef("pk"), refusal=""))
    return Draft.objects.filter(~waits, expires_at__lte=clock.now())


def held_rows() -> QuerySet[HeldDraft]:
    """Return the held requests that wait to be filed or were finally refused."""
    return HeldDraft.objects.filter(filed_at=None)


def held_find(*, token: str) -> HeldRequest:
    """Return a held request, also if it was filed meanwhile. Raises ``HeldNotFound``."""
    held = HeldDraft.objects.filter(link_digest=token_digest(token)).first()
    row = Draft.objects.filter(pk=held.pk).first() if held is not None else None
    if held is None or row is None:
        raise HeldNotFound
    waits = not row.reference and not held.refusal
    # A request that waits to be filed does not expire.
    if not waits and row.expires_at <= clock.now():
        raise HeldNotFound
    return held_of(held, row, token=token)


def held_of(held: HeldDraft, row: Draft, *, token: str) -> HeldRequest:
    """Return the held request that these two rows describe."""
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
    """Return the summary of all held requests; one query."""
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
    """Move typed days and places from the step of the text to the step of circumstances.

    Without this, drafts from before that step existed would lose day and place.
    """
    story = typed.get(Step.STORY, ())
    moved = tuple(pair for pair in story if pair[0].startswith(("place", "happened_on")))
    if moved:
        typed |= {
            Step.STORY: tuple(pair for pair in story if pair not in moved),
            Step.CIRCUMSTANCES: moved,
        }
    return tuple((step, page) for step, page in typed.items() if page or not moved)


def form_draft_files(*, digest: bytes) -> tuple[StoredFile, ...]:
    """Return the files of an unfinished request, oldest first."""
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
        for row in DraftFile.objects.filter(draft=digest).order_by("at", "id")
    )
