"""The text, person and files of a refused request, copied to file it with the competent body.

If the reply names the competent body, the citizen can file the same text with that body (decree
2.17.265: an administration that is not competent must name the competent body).
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
    """Return the request of a token as a draft for the competent body that its refusal names.

    The draft names the person, decrypted if the request is confidential; therefore only a token
    that may decide something is accepted. Raises ``TokenNotFound``, ``ProofRequired``,
    ``NothingToCarry`` or ``DecryptionFailed``.
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
    """Return the content of one file of a token's request.

    Raises ``TokenNotFound``, ``ProofRequired``, ``AttachmentNotFound``, ``AttachmentWaits``,
    ``AttachmentInfected``, ``AttachmentMissing``.
    """
    return file_content(route=route_of_proof(token), attachment_id=str(file_id))
