"""The life of an agency after its making: suspended, archived, taken over, renamed, destroyed."""

from tenants.fleet.services.lifecycle.acting_administration import (
    agency_hand_back,
    agency_take_over,
    take_over_ask,
    take_over_confirm,
)
from tenants.fleet.services.lifecycle.administrators import (
    administrator_invite,
    invite_ask,
    invite_confirm,
    second_step_set,
    staff_invite,
)
from tenants.fleet.services.lifecycle.deletion import job_destroy, job_destroy_undo
from tenants.fleet.services.lifecycle.deletion_orders import (
    destroy_ask,
    destroy_confirm,
    destroy_withdraw,
)
from tenants.fleet.services.lifecycle.states import (
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
