"""Form drafts: the answers of a citizen until they are filed or too old."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from public_portal.intake.enums import Step
from public_portal.intake.errors import FilesChanged, RequestIsHeld
from public_portal.intake.models import Draft, DraftFile, HeldDraft
from public_portal.intake.selectors.drafts import (
    ANSWER_NAMES,
    form_draft_files,
    held_rows,
    prunable_rows,
    unsent_rows,
)
from public_portal.intake.services.complaints import complaint_file
from public_portal.intake.services.files import form_file_copy, form_files_remove
from public_portal.intake.types import Answers, CarriedDraft, KeptDraft
from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft, StoredFile
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import DomainError
from shared.limits.services.attempt_counter import limits_require
from shared.limits.types import DAY, Limit
from tenants.case_access.gateway import receipt_get
from tenants.case_access.services.carried_requests import carried_file, carried_request
from tenants.case_access.services.tokens import token_digest
from tenants.case_access.types import Receipt

DRAFT_LIFE = timedelta(days=30)
MAX_CARRIED_A_DAY = 10


@transaction.atomic
def form_draft_keep(*, token: str, answers: Answers) -> str:
    """Store the answers for thirty days, and return their token.

    The token is new unless ``token`` has a draft that was not filed and is not held.
    """
    values: dict[str, object] = {name: getattr(answers, name) for name in ANSWER_NAMES}
    values["expires_at"] = clock.now() + DRAFT_LIFE
    # A draft on which another window has pressed "send" must not be overwritten.
    if token and unsent_rows(token_digest(token)).update(**values):
        return token
    fresh = secrets.token_urlsafe(32)
    Draft.objects.create(digest=token_digest(fresh), **values)
    return fresh


def form_draft_carry(*, token: str) -> CarriedDraft:
    """Create a draft for the competent body from the text and files of the opened case.

    ``token`` is the tracking token. A file that cannot be copied is only counted, so the call is
    not atomic. Raises what ``carried_request`` raises, and ``TooManyAttempts``.
    """
    draft = carried_request(token=token)
    # Each call copies up to ten files, and they are kept for thirty days.
    limits_require(
        [Limit(name="carry.case", subject=draft.follows, allowed=MAX_CARRIED_A_DAY, window=DAY)]
    )
    fresh = form_draft_keep(token="", answers=_answers_of(draft))
    left = 0
    for file in draft.files:
        try:
            content = carried_file(token=token, file_id=file.id).content
            form_file_copy(token=fresh, file=file, content=content)
        except DomainError:
            left += 1
    return CarriedDraft(token=fresh, files_copied=len(draft.files) - left, files_left=left)


def _answers_of(draft: ComplaintDraft) -> Answers:
    party = draft.party
    return Answers(
        kind=draft.kind,
        organisation=draft.organisation_code,
        # If the competent body does not have this category, the wizard asks for another category.
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
        # The citizen answered every step in the first request, so the check page comes next.
        accepted=tuple(Step),
    )


@transaction.atomic
def answers_file(
    *,
    kept: KeptDraft,
    owner_id: int | None = None,
    on_filed: Callable[[Receipt], None] | None = None,
) -> Receipt:
    """File the answers of a draft as a complaint, and delete the answers.

    A second call for the same draft waits for the first call, and returns the same receipt.
    ``on_filed`` is called in the same transaction, so that no other request sees the answers
    deleted before this call. Raises ``RequestIsHeld``, ``FilesChanged`` and what
    ``complaint_file`` raises.
    """
    digest = token_digest(kept.token)
    # Checked before the lock, because a filing that hangs may have the lock for a long time.
    if HeldDraft.objects.filter(pk=digest).exists():
        raise RequestIsHeld
    row = Draft.objects.select_for_update().filter(digest=digest).first()
    if row is not None and row.reference:
        return replace(receipt_get(reference=row.reference), is_repeat=True)
    if form_draft_files(digest=digest) != kept.files:
        raise FilesChanged
    receipt = complaint_file(
        draft=replace(kept.answers.to_draft(), files=kept.files),
        details=kept.answers.details,
        idempotency_key=page_key(answers_fingerprint(kept)),
        actor=CITIZEN,
        owner_id=owner_id,
    )
    answers_forget(digest=digest, reference=receipt.reference, files=kept.files)
    if on_filed is not None:
        on_filed(receipt)
    return receipt


def page_key(fingerprint: str) -> str:
    """Return the idempotency key of answers that are sent from the check page."""
    return f"page:{fingerprint}"


def answers_forget(*, digest: bytes, reference: str, files: Sequence[StoredFile]) -> None:
    """Delete the answers of a filed request from its draft, which keeps only the reference."""
    blank = Answers()
    Draft.objects.filter(digest=digest).update(
        reference=reference, **{name: getattr(blank, name) for name in ANSWER_NAMES}
    )
    # Only rows are deleted: the stored files belong to the filed request now.
    DraftFile.objects.filter(pk__in=[file.id for file in files]).delete()


@transaction.atomic
def form_draft_renew(*, token: str) -> str:
    """Move unsent answers to a new token, and return it; if there are none, return ``token``."""
    row = unsent_rows(token_digest(token)).select_for_update().first()
    return token if row is None else row_renew(row)


def row_renew(row: Draft) -> str:
    """Move a locked draft, with its unsaved changes, to a new token, and return the token."""
    former, fresh = row.pk, secrets.token_urlsafe(32)
    row.pk = token_digest(fresh)
    row.save(force_insert=True)
    DraftFile.objects.filter(draft=former).update(draft=row.pk)
    Draft.objects.filter(pk=former).delete()
    return fresh


@transaction.atomic
def form_draft_discard(*, token: str) -> None:
    """Delete the answers and their files now, unless the request is held."""
    rows = Draft.objects.select_for_update().filter(digest=token_digest(token))
    _forget(list(rows.exclude(pk__in=held_rows().values("pk"))))


@transaction.atomic
def form_drafts_prune() -> int:
    """Delete the expired drafts with their files, and return how many rows were deleted.

    A held request that still waits for its agency is not deleted.
    """
    return _forget(list(prunable_rows().select_for_update()))


def answers_fingerprint(kept: KeptDraft) -> str:
    """Return a fingerprint of one draft with its answers and files."""
    files = [str(file.id) for file in kept.files]
    answers = asdict(kept.answers)
    # The accepted steps are left out because they are not filed.
    del answers["accepted"]
    content = json.dumps([kept.token, answers, files], default=str)
    return salted_hmac("public.intake.seal", content, algorithm="sha256").hexdigest()


def _forget(drafts: list[Draft]) -> int:
    form_files_remove(list(DraftFile.objects.filter(draft__in=drafts)))
    held = HeldDraft.objects.filter(pk__in=[draft.pk for draft in drafts])
    # Deleted one by one, because Django cannot sort several rows by a binary key.
    for one in held:
        one.delete()
    return sum(draft.delete()[0] for draft in drafts)
