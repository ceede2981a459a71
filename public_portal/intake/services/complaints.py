"""Filing a complaint with the agency that answers for its organisation."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from public_portal.intake.errors import OrganisationUnknown
from public_portal.intake.selectors.finder import category_of
from public_portal.intake.services.files import files_received
from public_portal.intake.types import SentFile
from shared.catalogue.enums import QuestionKind
from shared.catalogue.errors import AnswerUnknown
from shared.catalogue.presenters import with_details
from shared.catalogue.types import Details
from shared.complaints.types import ComplaintDraft
from shared.directory.errors import OrganisationNotFound
from shared.files.upload_storage import files_forget
from shared.kernel.actors import Actor
from tenants.case_access import gateway
from tenants.case_access.types import Receipt


def complaint_file(
    *,
    draft: ComplaintDraft,
    details: Details,
    idempotency_key: str,
    actor: Actor,
    owner_id: int | None = None,
    digest: bytes = b"",
    received_at: datetime | None = None,
) -> Receipt:
    """File one complaint with the agency that answers for its organisation.

    The answers to the category's own questions are added to the end of the text. ``owner_id``: the
    citizen in whose account the complaint is kept, unless the complaint is anonymous.
    ``received_at``: when "send" was pressed on a held request. Raises ``OrganisationUnknown``,
    ``CategoryUnknown``, ``AnswerUnknown``, ``InvalidNumber``, ``InvalidDay`` and what
    ``tenants.case_access.gateway.complaint_file`` raises.
    """
    text = draft.body
    if draft.category_code or details:
        category = category_of(
            organisation=draft.organisation_code, kind=draft.kind, code=draft.category_code
        )
        text = with_details(text, category=category, details=details, language=draft.language)
    try:
        return gateway.complaint_file(
            draft=replace(draft, body=text),
            actor=actor,
            idempotency_key=idempotency_key,
            sent=digest,
            owner_id=owner_id,
            received_at=received_at,
        )
    except OrganisationNotFound:
        raise OrganisationUnknown(field="organisation") from None


def complaint_file_whole(
    *,
    draft: ComplaintDraft,
    details: Details,
    sent: Sequence[SentFile],
    idempotency_key: str,
    actor: Actor,
) -> Receipt:
    """File one complaint with all its files; on an error store nothing.

    A repeat with the same key and content returns the first receipt, and stores no files. Raises
    what ``complaint_file`` and ``files_received`` raise.
    """
    digest = _digest(draft, details, sent) if idempotency_key else b""
    if digest and sent:
        repeat = gateway.filed_before(idempotency_key=idempotency_key, sent=digest)
        if repeat is not None:
            return repeat
    _require_questions(draft, sent)
    with files_received(sent) as files:
        receipt = complaint_file(
            draft=replace(draft, files=files),
            details=details,
            idempotency_key=idempotency_key,
            actor=actor,
            digest=digest,
        )
        if receipt.is_repeat:
            files_forget([file.path for file in files])
    return receipt


def _digest(draft: ComplaintDraft, details: Details, sent: Sequence[SentFile]) -> bytes:
    """Return a digest of the draft and the files before examination; rewind every file."""
    whole = hashlib.sha256(repr((draft, details)).encode())
    for one in sent:
        content = hashlib.sha256()
        for piece in one.upload.chunks():
            content.update(piece)
        one.upload.seek(0)
        whole.update(repr((one.part, one.upload.name, content.digest())).encode())
    return whole.digest()


def _require_questions(draft: ComplaintDraft, sent: Sequence[SentFile]) -> None:
    asked = [one for one in sent if one.question]
    if not asked:
        return
    category = category_of(
        organisation=draft.organisation_code, kind=draft.kind, code=draft.category_code
    )
    known = {one.code for one in category.questions if one.kind == QuestionKind.FILE}
    for one in asked:
        if one.question not in known:
            raise AnswerUnknown(field=one.part)
