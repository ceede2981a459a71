"""Following a request: open its space, read, talk, rate, re-open, withdraw, leave."""

from public_portal.tracking.views.acts import rate, reopen, withdraw
from public_portal.tracking.views.entrance import leave, start
from public_portal.tracking.views.space import (
    add_attachment,
    add_message,
    read_attachment,
    show_case,
)

__all__ = [
    "add_attachment",
    "add_message",
    "leave",
    "rate",
    "read_attachment",
    "reopen",
    "show_case",
    "start",
    "withdraw",
]
