"""One complaint leaves for the organisation that can decide."""

from dataclasses import replace

from public_portal.intake.errors import OrganisationUnknown
from public_portal.intake.letters import with_details
from public_portal.intake.selectors import category_of
from public_portal.intake.types import Details
from shared.complaints.types import ComplaintDraft
from shared.directory.errors import OrganisationNotFound
from shared.kernel.actors import Actor
from tenants.gateway import complaint_submit
from tenants.types import Receipt


def complaint_send(
    *,
    draft: ComplaintDraft,
    details: Details,
    idempotency_key: str,
    actor: Actor,
    owner_id: int | None = None,
) -> Receipt:
    """File one complaint with an organisation that exists and has that category.

    The answers to the category's own questions go at the end of the text, in words. With
    ``owner_id`` it is kept in that citizen's account, unless it is anonymous. Raises
    ``OrganisationUnknown``, ``CategoryUnknown``, ``AnswerUnknown``, ``InvalidNumber``,
    ``InvalidDay`` and what ``tenants.gateway.complaint_submit`` raises.
    """
    text = draft.body
    if draft.category_code or details:
        category = category_of(
            organisation=draft.organisation_code, kind=draft.kind, code=draft.category_code
        )
        text = with_details(text, category=category, details=details, language=draft.language)
    try:
        return complaint_submit(
            draft=replace(draft, body=text),
            actor=actor,
            idempotency_key=idempotency_key,
            owner_id=owner_id,
        )
    except OrganisationNotFound:
        raise OrganisationUnknown(field="organisation") from None
