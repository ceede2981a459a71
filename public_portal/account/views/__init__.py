"""The pages of a citizen's account."""

from public_portal.account.views.complaints import (
    adopt_complaint,
    list_complaints,
    open_complaint,
    remove_complaint,
    restore_complaint,
)
from public_portal.account.views.data import change_email, copy_data, erase, show_data
from public_portal.account.views.security import (
    add_passkey,
    end_visit,
    passkey_options,
    remove_passkey,
    rename_passkey,
    show_security,
    sign_in_by_passkey,
    sign_out_everywhere,
)
from public_portal.account.views.sign_in import (
    begin,
    enter_code,
    prove,
    send_again,
    sign_in,
    sign_out,
)

__all__ = [
    "add_passkey",
    "adopt_complaint",
    "begin",
    "change_email",
    "copy_data",
    "end_visit",
    "enter_code",
    "erase",
    "list_complaints",
    "open_complaint",
    "passkey_options",
    "prove",
    "remove_complaint",
    "remove_passkey",
    "rename_passkey",
    "restore_complaint",
    "send_again",
    "show_data",
    "show_security",
    "sign_in",
    "sign_in_by_passkey",
    "sign_out",
    "sign_out_everywhere",
]
