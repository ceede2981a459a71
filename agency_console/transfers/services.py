"""Offer a case, take one over, refuse it: each with what the console keeps of it."""

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftLocked, DraftNotFound
from agency_console.casework.selectors import draft_own
from agency_console.casework.services.drafts import draft_discard, draft_save
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel.actors import Actor
from tenants.custody.services.offers import offer_accept, offer_make, offer_refuse
from tenants.custody.types import OfferDraft, OfferedTo
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


def case_offer(
    *, agency: Agency, reference: str, draft: OfferDraft, version: int, officer: User, actor: Actor
) -> OfferedTo:
    """Offer a case to the agency that answers for a body; a letter begun instead is discarded.

    Raises what ``offer_make`` raises.
    """
    made = offer_make(agency=agency, reference=reference, draft=draft, actor=actor, version=version)
    letter = draft_own(reference=reference, act=DraftAct.DIRECT, officer=officer)
    if letter is not None:
        # One that is being sent, or was taken back in another window, is no longer ours to end.
        with suppress(DraftLocked, DraftNotFound):
            draft_discard(draft_id=letter.pk, officer=officer)
    return made


def letter_begin(
    *, case: "Complaint", organisation_code: str, words: str, note: str, officer: User
) -> None:
    """Keep what was typed into an offer as the draft of the letter that names the body.

    Raises what ``draft_save`` raises.
    """
    begun = draft_own(reference=case.reference, act=DraftAct.DIRECT, officer=officer)
    typed = {"organisation_code": organisation_code, "words": words, "explanation": note}
    draft_save(
        complaint=case,
        officer=officer,
        act=DraftAct.DIRECT,
        parts={**(dict(begun.parts) if begun else {}), **typed},
        version=case.version,
    )


def case_take(*, agency: Agency, offer_id: UUID, actor: Actor) -> str:
    """Take a case over, with a line of the audit log; returns its reference.

    Raises what ``offer_accept`` raises.
    """
    # No transaction around both: in a cluster the acceptance is two, and files go after the commit.
    reference: str = offer_accept(agency=agency, offer_id=offer_id, actor=actor)
    audit_record(actor=actor, action="transfer.accepted", subject=reference)
    return reference


def case_decline(
    *, agency: Agency, offer_id: UUID, reference: str, reason: str, actor: Actor
) -> bool:
    """Refuse to take a case over, with a line of the audit log: the case itself is elsewhere.

    Returns whether national oversight must decide now. Raises what ``offer_refuse`` raises.
    """
    is_decided = offer_refuse(agency=agency, offer_id=offer_id, reason=reason, actor=actor)
    audit_record(actor=actor, action="transfer.refused", subject=reference)
    return is_decided
