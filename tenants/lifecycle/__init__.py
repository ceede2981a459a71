"""The life of an agency after its making: suspended, archived, taken over, renamed, destroyed."""

from tenants.lifecycle.administering import (
    administrator_invite,
    invite_ask,
    invite_confirm,
    second_step_set,
    staff_invite,
)
from tenants.lifecycle.caretaking import (
    agency_hand_back,
    agency_take_over,
    take_over_ask,
    take_over_confirm,
)
from tenants.lifecycle.destroying import job_destroy, job_destroy_undo
from tenants.lifecycle.orders import destroy_ask, destroy_confirm, destroy_withdraw
from tenants.lifecycle.standing import (
    agency_archive,
    agency_reactivate,
    agency_rename,
    agency_suspend,
    agency_unarchive,
    archive_ask,
    archive_confirm,
)

__all__ = [
    "administrator_invite",
    "agency_archive",
    "agency_hand_back",
    "agency_reactivate",
    "agency_rename",
    "agency_suspend",
    "agency_take_over",
    "agency_unarchive",
    "archive_ask",
    "archive_confirm",
    "destroy_ask",
    "destroy_confirm",
    "destroy_withdraw",
    "invite_ask",
    "invite_confirm",
    "job_destroy",
    "job_destroy_undo",
    "second_step_set",
    "staff_invite",
    "take_over_ask",
    "take_over_confirm",
]
