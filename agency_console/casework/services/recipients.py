"""Bind a text to whom it reaches, and an approval to what was read: neither changes unseen.

A reply is repeated in the cases that are merged into its own. One that is merged within the ten
seconds before it leaves would get a decision that nobody made for it.
"""

from agency_console.casework.enums import REPEATED
from agency_console.casework.errors import ApprovedTextChanged, RecipientsChanged
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.drafts import address_digests, text_digest
from shared.complaints.selectors import cases_repeated
from shared.complaints.services import repeated_lock


def recipients_note(draft: CaseDraft, *, is_approved: bool) -> None:
    """Note, in memory, whom a text reaches and what is approved; its case is locked."""
    if draft.act in REPEATED:
        draft.recipients = address_digests(cases_repeated(draft.complaint))
    draft.text_digest = text_digest(draft) if is_approved else ""


def recipients_require(draft: CaseDraft) -> None:
    """Refuse to send a text that would reach others than were noted; locks its case.

    An approval holds for the text and the addresses as well. Without one, the citizen may change
    the address: nobody has looked at it. Raises ``RecipientsChanged``, ``ApprovedTextChanged`` and
    what ``repeated_lock`` raises.
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
