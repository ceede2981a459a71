"""Services of assisted filing: file a request, and store its files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record
from shared.catalogue.presenters import with_details
from shared.catalogue.types import CategoryInfo, Details
from shared.complaints.enums import ScanState
from shared.complaints.types import ComplaintDraft, StoredFile
from shared.files.upload_storage import file_check, file_stored, upload_read
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from tenants.case_access.gateway import complaint_file
from tenants.case_access.types import Receipt

FILED = "case.filed_for_person"

# The data of a stored file as text, because the session is stored as JSON.
KeptFile = Mapping[str, str]


@transaction.atomic
def request_file(
    *,
    draft: ComplaintDraft,
    category: CategoryInfo | None,
    details: Details,
    key: str,
    actor: Actor,
) -> Receipt:
    """File a request for a person and record the officer; the same ``key`` again files nothing.

    The answers to the category's questions go at the end of the text, as on the citizens' site.
    Raises ``AnswerUnknown``, ``InvalidNumber``, ``InvalidDay`` and what
    ``tenants.case_access.gateway.complaint_file`` raises.
    """
    if category is not None:
        text = with_details(draft.body, category=category, details=details, language=draft.language)
        draft = replace(draft, body=text)
    # With the officer's id in the key, a guessed key never returns a colleague's receipt.
    receipt = complaint_file(
        draft=draft, actor=actor, idempotency_key=f"desk:{actor.user_id}:{key}"
    )
    if not audit_entries(subject=receipt.reference).filter(action=FILED).exists():
        audit_record(actor=actor, action=FILED, subject=receipt.reference)
    return receipt


def file_keep(*, upload: "UploadedFile[bytes]", question: str) -> dict[str, str]:
    """Check, scan and store a file before the request is filed; a task deletes unused files.

    Raises ``FileRefused`` or ``StorageFull``.
    """
    checked = file_check(name=upload.name or "", content=upload_read(upload))
    with file_stored(checked.content) as path:
        return {
            "id": str(uuid7()),
            "name": checked.name,
            "content_type": checked.content_type,
            "size": str(len(checked.content)),
            "sha256": checked.sha256.hex(),
            "path": path,
            "scan": str(checked.verdict),
            "question": question,
        }


def files_of(kept: Sequence[KeptFile], *, category: CategoryInfo | None) -> tuple[StoredFile, ...]:
    """Return the files that answer a question of the chosen category."""
    asked = {one.code for one in category.questions} if category else set()
    return tuple(
        StoredFile(
            id=UUID(one["id"]),
            name=one["name"],
            content_type=one["content_type"],
            size=int(one["size"]),
            sha256=bytes.fromhex(one["sha256"]),
            path=one["path"],
            scan=ScanState(one["scan"]),
            question=one["question"],
        )
        for one in kept
        if one["question"] in asked
    )
