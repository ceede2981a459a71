"""Keeping answers, proving an address, sending, talking, deciding, forgetting."""

from public_portal.workspace_requests.services.conversation import (
    question_answer,
    question_ask,
    request_withdraw,
)
from public_portal.workspace_requests.services.decisions import request_approve, request_refuse
from public_portal.workspace_requests.services.deletion import letters_prune, requests_prune
from public_portal.workspace_requests.services.drafts import (
    answers_begin,
    answers_discard,
    answers_keep,
)
from public_portal.workspace_requests.services.email_proof import code_accept, code_send
from public_portal.workspace_requests.services.submission import request_again, request_send

__all__ = [
    "answers_begin",
    "answers_discard",
    "answers_keep",
    "code_accept",
    "code_send",
    "letters_prune",
    "question_answer",
    "question_ask",
    "request_again",
    "request_approve",
    "request_refuse",
    "request_send",
    "request_withdraw",
    "requests_prune",
]
