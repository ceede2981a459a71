"""Carry a request to the competent body: its text, its person and its files, to be filed again.

Until a case itself can move to another agency, the letter that names the competent body files the
request there anew, with nothing to be typed again (decree 2.17.265: whoever is not competent must
direct the citizen to the body that is).
"""

from dataclasses import asdict, replace
from uuid import UUID

from shared.complaints import selectors as cases
from shared.complaints.enums import Privacy
from shared.complaints.types import ComplaintDraft, FileContent, PartyDraft
from tenants.case_access.errors import NothingToCarry
from tenants.case_access.selectors import competent_body
from tenants.case_access.services.party_encryption import identity_of
from tenants.case_access.services.routes import file_content
from tenants.case_access.services.tokens import route_of_proof
from tenants.isolation.schema_switch import agency_context


def carried_request(*, token: str) -> ComplaintDraft:
    """Return what the request of this token would be with the competent body that its refusal
    names.

    The person too, of a confidential request decrypted: the token needs the scope that only its
    citizen can get. Raises ``TokenNotFound``, ``ProofRequired``, ``NothingToCarry`` or
    ``DecryptionFailed``.
    """
    route = route_of_proof(token)
    with agency_context(route.agency):
        draft = cases.carried_draft(reference=route.reference)
        code = cases.public_case(reference=route.reference).directed_to
    body = competent_body(code=code)
    if body is None or not body.is_on_portal:
        raise NothingToCarry(route.reference)
    if draft.privacy == Privacy.CONFIDENTIAL:
        identity = identity_of(reference=route.reference)
        draft = replace(draft, party=PartyDraft(kind=draft.party.kind, **asdict(identity)))
    return replace(draft, organisation_code=body.code, follows=route.reference)


def carried_file(*, token: str, file_id: UUID) -> FileContent:
    """Return the content of one of its files.

    Raises ``TokenNotFound``, ``ProofRequired``, ``AttachmentNotFound``, ``AttachmentWaits``,
    ``AttachmentInfected``, ``AttachmentMissing``.
    """
    return file_content(route=route_of_proof(token), attachment_id=str(file_id))
