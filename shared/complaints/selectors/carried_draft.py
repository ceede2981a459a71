"""The request of a case as content to be filed again with another body."""

from shared.complaints.enums import (
    Author,
    Declaration,
    Kind,
    Language,
    PartyKind,
    Privacy,
    ScanState,
)
from shared.complaints.models.party import party_of
from shared.complaints.selectors.cases import complaint_get
from shared.complaints.types import ComplaintDraft, PartyDraft, StoredFile


def carried_draft(*, reference: str) -> ComplaintDraft:
    """Return the request of a case, with the citizen's files, to be filed again with another body.

    Files that somebody added without the receipt code are left out. A file may be unreadable:
    copying the file then raises an error, which the caller can report. Raises
    ``ComplaintNotFound``.
    """
    complaint = complaint_get(reference=reference)
    party = party_of(complaint)
    files = complaint.attachments.filter(author=Author.CITIZEN, is_by_email=False)
    return ComplaintDraft(
        organisation_code=complaint.organisation_code,
        kind=Kind(complaint.kind),
        category_code=complaint.category_code,
        subject=complaint.subject,
        body=complaint.body,
        remedy=complaint.remedy,
        place=complaint.place,
        happened_on=complaint.happened_on,
        declarations=tuple(Declaration(one) for one in complaint.declarations),
        language=Language(complaint.language),
        privacy=Privacy(complaint.privacy),
        party=PartyDraft(
            name=party.name,
            email=party.email,
            phone=party.phone,
            national_id=party.national_id,
            kind=PartyKind(party.kind),
        ),
        files=tuple(
            StoredFile(
                id=row.pk,
                name=row.name,
                content_type=row.content_type,
                size=row.size,
                sha256=bytes(row.sha256),
                path=row.path,
                scan=ScanState(row.scan),
            )
            for row in files.order_by("at", "id")
        ),
    )
