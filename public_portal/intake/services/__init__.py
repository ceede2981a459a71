"""Keeping answers, and turning them into a complaint."""

from public_portal.intake.services.drafts import (
    DRAFT_LIFE,
    answers_fingerprint,
    draft_carry,
    draft_discard,
    draft_keep,
    draft_renew,
    draft_send,
    drafts_prune,
)
from public_portal.intake.services.expectation import expectation_of
from public_portal.intake.services.files import (
    draft_file_add,
    draft_file_remove,
    draft_files_add,
    files_sweep,
)
from public_portal.intake.services.held import (
    draft_send_or_hold,
    held_requests_file,
    held_take_back,
)
from public_portal.intake.services.limits import filed_within_limits, proof_is_asked
from public_portal.intake.services.mail import (
    code_accept,
    code_letter_send,
    draft_letter_send,
    letters_prune,
)
from public_portal.intake.services.submission import complaint_send, complaint_send_whole

__all__ = [
    "DRAFT_LIFE",
    "answers_fingerprint",
    "code_accept",
    "code_letter_send",
    "complaint_send",
    "complaint_send_whole",
    "draft_carry",
    "draft_discard",
    "draft_file_add",
    "draft_file_remove",
    "draft_files_add",
    "draft_keep",
    "draft_letter_send",
    "draft_renew",
    "draft_send",
    "draft_send_or_hold",
    "drafts_prune",
    "expectation_of",
    "filed_within_limits",
    "files_sweep",
    "held_requests_file",
    "held_take_back",
    "letters_prune",
    "proof_is_asked",
]
