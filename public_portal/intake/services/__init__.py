"""Keeping answers, and turning them into a complaint."""

from public_portal.intake.services.complaints import complaint_file, complaint_file_whole
from public_portal.intake.services.drafts import (
    DRAFT_LIFE,
    answers_file,
    answers_fingerprint,
    draft_carry,
    draft_discard,
    draft_keep,
    draft_renew,
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
    answers_file_or_hold,
    held_requests_file,
    held_take_back,
)
from public_portal.intake.services.limits import filing_reserved, proof_is_asked
from public_portal.intake.services.mail import (
    code_accept,
    code_letter_send,
    draft_letter_send,
    letters_prune,
)

__all__ = [
    "DRAFT_LIFE",
    "answers_file",
    "answers_file_or_hold",
    "answers_fingerprint",
    "code_accept",
    "code_letter_send",
    "complaint_file",
    "complaint_file_whole",
    "draft_carry",
    "draft_discard",
    "draft_file_add",
    "draft_file_remove",
    "draft_files_add",
    "draft_keep",
    "draft_letter_send",
    "draft_renew",
    "drafts_prune",
    "expectation_of",
    "files_sweep",
    "filing_reserved",
    "held_requests_file",
    "held_take_back",
    "letters_prune",
    "proof_is_asked",
]
