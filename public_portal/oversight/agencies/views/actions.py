"""What can be done with a workspace: one table, of which each line is a page with its button."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.forms.workspaces import (
    ActingOfficersForm,
    ActionForm,
    ArchiveForm,
    DestroyForm,
    HostForm,
    InviteForm,
    PrimaryHostForm,
    ReasonForm,
    RenameForm,
)
from public_portal.oversight.agencies.types import WorkspaceDetail
from public_portal.oversight.agencies.views.action import (
    Action,
    is_being_destroyed,
    is_in,
    is_not_destroyed,
    waits,
)
from public_portal.oversight.agencies.views.approval_actions import ANSWERS
from shared.accounts.permissions import may_view_agencies
from tenants.fleet.services import host_approvals
from tenants.fleet.services.lifecycle.acting_administration import agency_hand_back, take_over_ask
from tenants.fleet.services.lifecycle.administrators import invite_ask
from tenants.fleet.services.lifecycle.deletion_orders import destroy_ask
from tenants.fleet.services.lifecycle.states import (
    agency_reactivate,
    agency_rename,
    agency_suspend,
    agency_unarchive,
    archive_ask,
)
from tenants.models.enums import AgencyState, ApprovalKind


def action_list(*, sheet: WorkspaceDetail, role: str) -> list[tuple[str, Promise]]:
    """List slug and title of what the reader can do with that workspace now."""
    return [
        (slug, action.title)
        for slug, action in ACTIONS.items()
        if action.may(role) and action.is_offered(sheet)
    ]


def answer_list(slug: str, actions: list[tuple[str, Promise]]) -> list[tuple[str, Promise]]:
    """List those of the actions that answer what was asked for under that slug."""
    return [one for one in actions if one[0] in ANSWERS and one[0].startswith(f"{slug}-")]


ASKED = _("It is asked for. Another person must agree within seven days.")

ACTIONS: dict[str, Action] = {
    "suspend": Action(
        title=_("Suspend"),
        lead=_(
            "Its staff cannot work there until it is opened again. Citizens are served as before, "
            "and their deadlines go on: take it over if requests wait there."
        ),
        success=_("The workspace is suspended."),
        form=ReasonForm,
        do=agency_suspend,
        is_offered=is_in(AgencyState.ACTIVE),
    ),
    "reactivate": Action(
        title=_("Open again"),
        lead=_("Its staff can work there again from now on."),
        success=_("The workspace is open again."),
        form=ActionForm,
        do=agency_reactivate,
        is_offered=is_in(AgencyState.SUSPENDED),
    ),
    "archive": Action(
        title=_("Archive"),
        lead=_(
            "The workspace is closed until further notice, and its successor answers for its "
            "bodies from that moment. Requests that it has stay where they are: while one is open, "
            "caretakers must answer it, so take it over first. It happens when another person has "
            "agreed, within seven days."
        ),
        success=ASKED,
        form=ArchiveForm,
        do=archive_ask,
        is_offered=lambda sheet: (
            is_in(AgencyState.ACTIVE, AgencyState.SUSPENDED)(sheet)
            and not waits(ApprovalKind.ARCHIVE)(sheet)
        ),
    ),
    "unarchive": Action(
        title=_("Take out of the archive"),
        lead=_(
            "It answers again for the bodies that it had, except those that somebody else was "
            "given since."
        ),
        success=_("The workspace is active again."),
        form=ActionForm,
        do=agency_unarchive,
        is_offered=lambda sheet: (
            sheet.health.state == AgencyState.ARCHIVED and not is_being_destroyed(sheet)
        ),
    ),
    "take-over": Action(
        title=_("Take over"),
        lead=_(
            "The people whom you name answer in its place, in its own workspace. The "
            "accounts of its own staff are deactivated meanwhile; its administrators keep "
            "access to its invoices and its data. Nothing changes for citizens. It begins "
            "when another person has agreed, within seven days."
        ),
        success=ASKED,
        form=ActingOfficersForm,
        do=take_over_ask,
        is_offered=lambda sheet: (
            is_not_destroyed(sheet)
            and sheet.take_over is None
            and not is_being_destroyed(sheet)
            and not waits(ApprovalKind.TAKE_OVER)(sheet)
        ),
        may=may_view_agencies,
    ),
    "hand-back": Action(
        title=_("Hand back"),
        lead=_(
            "The accounts that were deactivated are reactivated, and those of the "
            "caretakers are deactivated."
        ),
        success=_("The workspace is handed back."),
        form=ActionForm,
        do=agency_hand_back,
        is_offered=lambda sheet: sheet.take_over is not None,
        may=may_view_agencies,
    ),
    "invite": Action(
        title=_("Invite an administrator"),
        lead=_(
            "For a workspace without an administrator. The person you name can admit all "
            "others, and receives an e-mail explaining how to set a password, once another "
            "person has agreed within seven days."
        ),
        success=ASKED,
        form=InviteForm,
        do=invite_ask,
        is_offered=lambda sheet: (
            is_not_destroyed(sheet)
            and sheet.take_over is None
            and not waits(ApprovalKind.INVITE)(sheet)
        ),
    ),
    "rename": Action(
        title=_("Rename"),
        lead=_("The code and the hosts stay as they are."),
        success=_("The workspace has its new name."),
        form=RenameForm,
        do=agency_rename,
        is_offered=is_not_destroyed,
    ),
    "host": Action(
        title=_("Add a host name"),
        lead=_(
            "Another person must agree within seven days. Its owner makes the name lead to the "
            "portal, with a CNAME entry in the DNS. Then check it here: from that moment it is "
            "answered."
        ),
        success=ASKED,
        form=HostForm,
        do=host_approvals.host_ask,
        is_offered=lambda sheet: (
            is_in(AgencyState.ACTIVE)(sheet) and not waits(ApprovalKind.HOST_ADD)(sheet)
        ),
    ),
    "host-primary": Action(
        title=_("Choose another main host name"),
        lead=_(
            "Links in letters to its staff lead there once another person has agreed within seven "
            "days. Its administrators are written to."
        ),
        success=ASKED,
        form=PrimaryHostForm,
        do=host_approvals.host_primary_ask,
        is_offered=lambda sheet: (
            is_not_destroyed(sheet)
            and any(one.is_answered and not one.is_primary for one in sheet.hosts)
            and not waits(ApprovalKind.HOST_PRIMARY)(sheet)
        ),
    ),
    "destroy": Action(
        title=_("Ask for its destruction"),
        lead=_(
            "Its hosts, files, tables and all entries about its requests are deleted "
            "permanently, once another person has agreed within seven days. Its name and "
            "the published figures remain. Nobody will be able to open its requests, and "
            "nothing can be restored except from an export."
        ),
        success=ASKED,
        form=DestroyForm,
        do=destroy_ask,
        is_offered=lambda sheet: (
            sheet.health.state == AgencyState.ARCHIVED
            and sheet.take_over is None
            and not is_being_destroyed(sheet)
        ),
    ),
    **ANSWERS,
}
