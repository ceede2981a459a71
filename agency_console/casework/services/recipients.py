"""Services that record and check the recipients of a text, and the approved text.

A reply is repeated in the cases that are merged into its case. Without the check, a case merged in
the ten seconds before the sending would get a decision that nobody made for it.
"""

from agency_console.casework.enums import REPEATED
from agency_console.casework.errors import ApprovedTextChanged, RecipientsChanged
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.drafts import address_digests, text_digest
from shared.complaints.selectors import cases_repeated
from shared.complaints.services import repeated_lock


def recipients_note(draft: CaseDraft, *, is_approved: bool) -> None:
    """Set the draft's recipients and the digest of an approved text, without saving the draft.

    The case must be locked.
    """
    if draft.act in REPEATED:
        draft.recipients = address_digests(cases_repeated(draft.complaint))
    draft.text_digest = text_digest(draft) if is_approved else ""


def recipients_require(draft: CaseDraft) -> None:
    """Lock the case, and require that the recipients are the recorded recipients.

    Does nothing for questions and messages, which merged cases do not get. An approved text and
    the addresses of its recipients must also be unchanged. Raises
    ``RecipientsChanged``, ``ApprovedTextChanged`` and what ``repeated_lock`` raises.
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
    # The agency's own database role may have written any value into ``recipients``.
    return set(noted) if isinstance(noted, dict) else set()
