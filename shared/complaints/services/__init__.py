"""Every write to a case: one function per thing that can happen, each leaving an event."""

from shared.complaints.services.citizen import (
    complaint_reopen,
    complaint_withdraw,
    promise_tell,
    rating_give,
)
from shared.complaints.services.conversation import (
    citizen_message_add,
    note_add,
    officer_message_add,
    question_ask,
)
from shared.complaints.services.decisions import (
    complaint_assign,
    complaint_direct,
    complaint_refuse,
    complaint_reply,
)
from shared.complaints.services.expired_deadlines import cases_upkeep
from shared.complaints.services.files import (
    attachment_add,
    attachment_content,
    attachments_check,
    attachments_scan,
)
from shared.complaints.services.identity import email_changed, identity_extract, identity_opened
from shared.complaints.services.intake import complaint_register
from shared.complaints.services.reply_gate import part_faults
from shared.complaints.services.review import review_asked, review_decided

__all__ = [
    "attachment_add",
    "attachment_content",
    "attachments_check",
    "attachments_scan",
    "cases_upkeep",
    "citizen_message_add",
    "complaint_assign",
    "complaint_direct",
    "complaint_refuse",
    "complaint_register",
    "complaint_reopen",
    "complaint_reply",
    "complaint_withdraw",
    "email_changed",
    "identity_extract",
    "identity_opened",
    "note_add",
    "officer_message_add",
    "part_faults",
    "promise_tell",
    "question_ask",
    "rating_give",
    "review_asked",
    "review_decided",
]
