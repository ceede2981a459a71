"""Following a request over REST."""

from public_portal.tracking.api.endpoints import (
    add_attachment,
    add_message,
    ask_review,
    case,
    give_rating,
    reopen,
    tell_promise,
    tokens,
    withdraw,
)

__all__ = [
    "add_attachment",
    "add_message",
    "ask_review",
    "case",
    "give_rating",
    "reopen",
    "tell_promise",
    "tokens",
    "withdraw",
]
