"""Keeping answers, proving an address, sending, talking, deciding, forgetting."""

from public_portal.signup.services.deciding import request_approve, request_refuse
from public_portal.signup.services.drafts import answers_begin, answers_discard, answers_keep
from public_portal.signup.services.proof import code_accept, code_send
from public_portal.signup.services.sending import request_again, request_send
from public_portal.signup.services.talking import (
    question_answer,
    question_ask,
    request_withdraw,
)
from public_portal.signup.services.upkeep import letters_prune, requests_prune

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
