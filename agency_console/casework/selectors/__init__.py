"""A case as one officer may see it, and what officers have written in it."""

from agency_console.casework.selectors.case_facts import case_about, case_header
from agency_console.casework.selectors.case_page import (
    act_rights,
    case_days,
    case_detail,
    changes_since,
    citizen_card,
    citizen_words,
)
from agency_console.casework.selectors.case_place import case_place
from agency_console.casework.selectors.competent_bodies import competent_bodies
from agency_console.casework.selectors.custody import case_stub, merge_pair
from agency_console.casework.selectors.drafts import (
    address_digests,
    approval_digest,
    approvals_count,
    case_draft_find,
    case_draft_own,
    case_drafts,
    held_texts,
    leaving_decision,
    text_digest,
    waiting_approvals,
    waiting_text,
    writers_of,
)

__all__ = [
    "act_rights",
    "address_digests",
    "approval_digest",
    "approvals_count",
    "case_about",
    "case_days",
    "case_detail",
    "case_draft_find",
    "case_draft_own",
    "case_drafts",
    "case_header",
    "case_place",
    "case_stub",
    "changes_since",
    "citizen_card",
    "citizen_words",
    "competent_bodies",
    "held_texts",
    "leaving_decision",
    "merge_pair",
    "text_digest",
    "waiting_approvals",
    "waiting_text",
    "writers_of",
]
