"""Services that change a case: each service performs one act and records its events."""

from shared.complaints.services.case_attributes import (
    case_category_change,
    case_label,
    case_unit_change,
    label_create,
    label_rename,
    label_retire,
)
from shared.complaints.services.case_routing import (
    case_route,
    request_route,
    route_record,
    route_rows,
)
from shared.complaints.services.citizen import (
    complaint_reopen,
    complaint_withdraw,
    promise_report,
    rating_give,
)
from shared.complaints.services.conversation import (
    citizen_message_add,
    message_require,
    note_add,
    officer_message_add,
    question_ask,
    question_withdraw,
)
from shared.complaints.services.decisions import (
    complaint_assign,
    complaint_direct,
    complaint_refuse,
    complaint_reply,
    complaint_unassign,
    decision_require,
)
from shared.complaints.services.draft_files import (
    case_draft_file_add,
    case_draft_file_remove,
    case_draft_files_copy,
    case_draft_files_move,
)
from shared.complaints.services.escalation import cases_escalate, escalation_chain_change
from shared.complaints.services.expired_deadlines import expired_deadlines_apply
from shared.complaints.services.files import (
    attachment_add,
    attachment_content,
    attachments_check,
    attachments_place,
    attachments_scan,
)
from shared.complaints.services.history import case_hold
from shared.complaints.services.identity import email_changed, identity_extract, identity_opened
from shared.complaints.services.intake import complaint_file
from shared.complaints.services.interim import interim_require, interim_send
from shared.complaints.services.merge import (
    case_merge,
    case_part,
    case_unmerge,
    merge_end,
    merge_require,
    merges_end,
)
from shared.complaints.services.officer_state import (
    case_opened,
    case_snooze,
    writing_note,
    written_with_note,
)
from shared.complaints.services.parts import part_give_back, part_objected, parts_out
from shared.complaints.services.payload_repair import payload_repair
from shared.complaints.services.reassignment import (
    absence_change,
    absence_end,
    absence_enter,
    absences_apply,
    accounts_closed,
    case_reassign_unit,
    cases_of_closed_accounts,
    cases_reassign,
    unit_retire,
)
from shared.complaints.services.reply_approval import approval_record, repeated_lock
from shared.complaints.services.reply_gate import MAX_PROMISE, part_faults, promise_faults
from shared.complaints.services.restored_cases import cases_depart
from shared.complaints.services.review import review_asked, review_decided
from shared.complaints.services.search_words import search_words_fill
from shared.complaints.services.split import part_store
from shared.complaints.services.transfer import (
    case_transfer_in,
    case_transfer_out,
    competence_asked,
    offers_forget,
    transfer_offer_ended,
    transfer_offered,
)

__all__ = [
    "MAX_PROMISE",
    "absence_change",
    "absence_end",
    "absence_enter",
    "absences_apply",
    "accounts_closed",
    "approval_record",
    "attachment_add",
    "attachment_content",
    "attachments_check",
    "attachments_place",
    "attachments_scan",
    "case_category_change",
    "case_draft_file_add",
    "case_draft_file_remove",
    "case_draft_files_copy",
    "case_draft_files_move",
    "case_hold",
    "case_label",
    "case_merge",
    "case_opened",
    "case_part",
    "case_reassign_unit",
    "case_route",
    "case_snooze",
    "case_transfer_in",
    "case_transfer_out",
    "case_unit_change",
    "case_unmerge",
    "cases_depart",
    "cases_escalate",
    "cases_of_closed_accounts",
    "cases_reassign",
    "citizen_message_add",
    "competence_asked",
    "complaint_assign",
    "complaint_direct",
    "complaint_file",
    "complaint_refuse",
    "complaint_reopen",
    "complaint_reply",
    "complaint_unassign",
    "complaint_withdraw",
    "decision_require",
    "email_changed",
    "escalation_chain_change",
    "expired_deadlines_apply",
    "identity_extract",
    "identity_opened",
    "interim_require",
    "interim_send",
    "label_create",
    "label_rename",
    "label_retire",
    "merge_end",
    "merge_require",
    "merges_end",
    "message_require",
    "note_add",
    "offers_forget",
    "officer_message_add",
    "part_faults",
    "part_give_back",
    "part_objected",
    "part_store",
    "parts_out",
    "payload_repair",
    "promise_faults",
    "promise_report",
    "question_ask",
    "question_withdraw",
    "rating_give",
    "repeated_lock",
    "request_route",
    "review_asked",
    "review_decided",
    "route_record",
    "route_rows",
    "search_words_fill",
    "transfer_offer_ended",
    "transfer_offered",
    "unit_retire",
    "writing_note",
    "written_with_note",
]
