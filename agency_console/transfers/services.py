"""Services that offer a case, or begin a text that names the competent body to the citizen."""

from contextlib import suppress
from typing import TYPE_CHECKING

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import DraftLocked, DraftNotFound
from agency_console.casework.selectors.drafts import case_draft_own
from agency_console.casework.services.drafts import case_draft_discard, case_draft_save
from shared.accounts.models import User
from shared.kernel.actors import Actor
from tenants.custody.services.offers import offer_make
from tenants.custody.types import OfferDraft, OfferedTo
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


def case_offer(
    *, agency: Agency, reference: str, draft: OfferDraft, version: int, officer: User, actor: Actor
) -> OfferedTo:
    """Offer a case to the agency that answers for a body.

    The officer's draft that names the competent body to the citizen is discarded unless locked.

    Raises what ``offer_make`` raises.
    """
    made = offer_make(agency=agency, reference=reference, draft=draft, actor=actor, version=version)
    letter = case_draft_own(reference=reference, act=DraftAct.DIRECT, officer=officer)
    if letter is not None:
        # The offer stays valid if the draft is being sent or was discarded in another window.
        with suppress(DraftLocked, DraftNotFound):
            case_draft_discard(draft_id=letter.pk, officer=officer)
    return made


def letter_begin(
    *, case: "Complaint", organisation_code: str, words: str, note: str, officer: User
) -> None:
    """Store the text of an offer as a draft that names the competent body to the citizen.

    Raises what ``case_draft_save`` raises.
    """
    begun = case_draft_own(reference=case.reference, act=DraftAct.DIRECT, officer=officer)
    typed = {"organisation_code": organisation_code, "words": words, "explanation": note}
    case_draft_save(
        complaint=case,
        officer=officer,
        act=DraftAct.DIRECT,
        parts={**(dict(begun.parts) if begun else {}), **typed},
        version=case.version,
    )
