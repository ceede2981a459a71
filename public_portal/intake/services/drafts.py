"""Keeping answers until they are sent, and forgetting them."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from public_portal.intake.errors import FilesChanged
from public_portal.intake.models import Draft, DraftFile
from public_portal.intake.selectors import (
    ANSWER_NAMES,
    draft_digest,
    draft_files,
)
from public_portal.intake.services.files import draft_file_copy, files_remove
from public_portal.intake.services.submission import complaint_send
from public_portal.intake.types import Answers, CarriedDraft, KeptDraft
from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import DomainError
from shared.limits.services.attempt_counter import limits_require
from shared.limits.types import DAY, Limit
from tenants.case_access.gateway import receipt_get
from tenants.case_access.services.carried_requests import carried_file, carried_request
from tenants.case_access.types import Receipt

DRAFT_LIFE = timedelta(days=30)
MAX_CARRIED_A_DAY = 10


@transaction.atomic
def draft_keep(*, token: str, answers: Answers) -> str:
    """Keep answers for thirty days under ``token``, or under a new one when it is blank."""
    token = token or secrets.token_urlsafe(32)
    values: dict[str, object] = {name: getattr(answers, name) for name in ANSWER_NAMES}
    values["expires_at"] = clock.now() + DRAFT_LIFE
    Draft.objects.update_or_create(digest=draft_digest(token), defaults=values)
    return token


def draft_carry(*, token: str) -> CarriedDraft:
    """Begin a request to the competent body with the text and files of the opened case.

    ``token`` is the tracking token. Not atomic: files are copied one by one, and a file that cannot
    be copied is counted and left. Raises what ``carried_request`` raises, and ``TooManyAttempts``.
    """
    draft = carried_request(token=token)
    # Each time copies up to ten files that are kept for thirty days.
    limits_require(
        [Limit(name="carry.case", subject=draft.follows, allowed=MAX_CARRIED_A_DAY, window=DAY)]
    )
    fresh = draft_keep(token="", answers=_answers_of(draft))
    left = 0
    for file in draft.files:
        try:
            content = carried_file(token=token, file_id=file.id).content
            draft_file_copy(token=fresh, file=file, content=content)
        except DomainError:
            left += 1
    return CarriedDraft(token=fresh, files_copied=len(draft.files) - left, files_left=left)


def _answers_of(draft: ComplaintDraft) -> Answers:
    party = draft.party
    return Answers(
        kind=draft.kind,
        organisation=draft.organisation_code,
        # Where the competent body does not offer it, the citizen is asked for another one.
        category=draft.category_code,
        subject=draft.subject,
        body=draft.body,
        place=draft.place,
        happened_on=draft.happened_on,
        declarations=tuple(draft.declarations),
        follows=draft.follows if draft.privacy == Privacy.NAMED else "",
        remedy=draft.remedy,
        language=draft.language,
        privacy=draft.privacy,
        party_kind=party.kind,
        name=party.name,
        email=party.email,
        phone=party.phone,
        national_id=party.national_id,
    )


@transaction.atomic
def draft_send(
    *,
    kept: KeptDraft,
    owner_id: int | None = None,
    note: Callable[[Receipt], None] | None = None,
) -> tuple[Receipt, bool]:
    """File the complaint that the answers make, and forget the answers; and whether it is new.

    Sent twice it is filed once: whoever comes second waits for the first, and gets its receipt.
    ``note`` is called in the same transaction: whoever sees that the answers are gone must find who
    sent them.
    Raises what ``complaint_send`` raises.
    """
    row = Draft.objects.select_for_update().filter(digest=draft_digest(kept.token)).first()
    if row is not None and row.reference:
        return receipt_get(reference=row.reference), False
    if draft_files(token=kept.token) != kept.files:
        raise FilesChanged
    receipt = complaint_send(
        draft=replace(kept.answers.to_draft(), files=kept.files),
        details=kept.answers.details,
        idempotency_key=f"page:{answers_fingerprint(kept)}",
        actor=CITIZEN,
        owner_id=owner_id,
    )
    blank = Answers()
    Draft.objects.filter(digest=draft_digest(kept.token)).update(
        reference=receipt.reference, **{name: getattr(blank, name) for name in ANSWER_NAMES}
    )
    # Their bytes stay: they belong to the request now.
    DraftFile.objects.filter(pk__in=[file.id for file in kept.files]).delete()
    if note is not None:
        note(receipt)
    return receipt, not receipt.is_repeat


@transaction.atomic
def draft_renew(*, token: str) -> str:
    """Keep the same answers under a new token; the old one opens nothing any more."""
    row = Draft.objects.select_for_update().filter(digest=draft_digest(token), reference="").first()
    if row is None:
        return token
    former, fresh = row.pk, secrets.token_urlsafe(32)
    row.pk = draft_digest(fresh)
    row.save(force_insert=True)
    DraftFile.objects.filter(draft=former).update(draft=row.pk)
    Draft.objects.filter(pk=former).delete()
    return fresh


@transaction.atomic
def draft_discard(*, token: str) -> None:
    """Forget the answers and their files now."""
    _forget(list(Draft.objects.select_for_update().filter(digest=draft_digest(token))))


@transaction.atomic
def drafts_prune() -> int:
    """Forget the answers that nobody came back to, and their files."""
    return _forget(list(Draft.objects.select_for_update().filter(expires_at__lte=clock.now())))


def answers_fingerprint(kept: KeptDraft) -> str:
    """A fingerprint of one draft with its present answers: what a check page was made from."""
    files = [str(file.id) for file in kept.files]
    content = json.dumps([kept.token, asdict(kept.answers), files], default=str)
    return salted_hmac("public.intake.seal", content, algorithm="sha256").hexdigest()


def _forget(drafts: list[Draft]) -> int:
    files_remove(list(DraftFile.objects.filter(draft__in=drafts)))
    # One by one: Django cannot sort rows by keys of bytes, and would refuse two.
    return sum(draft.delete()[0] for draft in drafts)
