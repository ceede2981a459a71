"""Record and check of whom a text reaches, and of the text that was approved.

A reply is repeated in the cases that are merged into its own. Otherwise a case that is merged
within the ten seconds before the sending would get a decision that nobody made for it.
"""

from agency_console.casework.enums import REPEATED
from agency_console.casework.errors import ApprovedTextChanged, RecipientsChanged
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.drafts import address_digests, text_digest
from shared.complaints.selectors import cases_repeated
from shared.complaints.services import repeated_lock


def recipients_note(draft: CaseDraft, *, is_approved: bool) -> None:
    """Record on the draft, unsaved, whom it reaches and what is approved.

    The case must be locked.
    """
    if draft.act in REPEATED:
        draft.recipients = address_digests(cases_repeated(draft.complaint))
    draft.text_digest = text_digest(draft) if is_approved else ""


def recipients_require(draft: CaseDraft) -> None:
    """Refuse to send a text to other requests than those recorded; locks its case.

    An approval holds for the text and the addresses as well. Without an approval, the citizen may
    change the address: nobody has checked it. Raises ``RecipientsChanged``, ``ApprovedTextChanged``
    and what ``repeated_lock`` raises.
    """
    if draft.act not in REPEATED:
        return
    reached = address_digests(repeated_lock(reference=draft.complaint.reference))
    noted = draft.recipients
    if draft.approved_by_id is not None:
        if noted != reached:
            raise RecipientsChanged(draft.complaint.reference)
        if draft.text_digest != text_digest(draft):
            raise ApprovedTextChanged(draft.complaint.reference)
    elif noted is not None and _references(noted) != reached.keys():
        raise RecipientsChanged(draft.complaint.reference)


def _references(noted: object) -> set[str]:
    # An agency's own role may have written anything there.
    return set(noted) if isinstance(noted, dict) else set()
