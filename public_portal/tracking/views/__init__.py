"""Following a request: open its space, read, talk, rate, re-open, withdraw, leave."""

from public_portal.tracking.views.actions import (
    ask_review,
    follow_up,
    rate,
    reopen,
    tell_promise,
    withdraw,
)
from public_portal.tracking.views.case import (
    add_attachment,
    add_message,
    read_attachment,
    show_case,
    show_days,
)
from public_portal.tracking.views.dossier import download_data, download_dossier
from public_portal.tracking.views.email import change_email, keep_email, prove_email
from public_portal.tracking.views.links import (
    ask_link,
    link_asked,
    open_by_link,
    rate_by_link,
    tell_by_link,
)
from public_portal.tracking.views.proof import prove_identity, send_proof_link
from public_portal.tracking.views.sign_in import leave, start

__all__ = [
    "add_attachment",
    "add_message",
    "ask_link",
    "ask_review",
    "change_email",
    "download_data",
    "download_dossier",
    "follow_up",
    "keep_email",
    "leave",
    "link_asked",
    "open_by_link",
    "prove_email",
    "prove_identity",
    "rate",
    "rate_by_link",
    "read_attachment",
    "reopen",
    "send_proof_link",
    "show_case",
    "show_days",
    "start",
    "tell_by_link",
    "tell_promise",
    "withdraw",
]
