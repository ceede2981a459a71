"""Keeping answers, and turning them into a complaint."""

from public_portal.intake.services.drafts import (
    DRAFT_LIFE,
    answers_seal,
    draft_discard,
    draft_keep,
    draft_send,
    drafts_prune,
)
from public_portal.intake.services.sending import complaint_send

__all__ = [
    "DRAFT_LIFE",
    "answers_seal",
    "complaint_send",
    "draft_discard",
    "draft_keep",
    "draft_send",
    "drafts_prune",
]
