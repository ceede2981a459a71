"""The actions on a workspace, keyed by the slug in the address of the action's page."""

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
from tenants.fleet.services.lifecycle.acting_administration import (
    acting_administration_ask,
    acting_administration_end,
)
from tenants.fleet.services.lifecycle.administrators import invite_ask
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask
from tenants.fleet.services.lifecycle.states import (
    agency_reactivate,
    agency_rename,
    agency_suspend,
    agency_unarchive,
    archive_ask,
)
from tenants.models.enums import AgencyState, ApprovalKind


def action_list(*, detail: WorkspaceDetail, role: str) -> list[tuple[str, Promise]]:
    """Return pairs of slug and title of the actions that the reader can do now."""
    return [
        (slug, action.title)
        for slug, action in ACTIONS.items()
        if action.may(role) and action.is_offered(detail)
    ]


def answer_list(slug: str, actions: list[tuple[str, Promise]]) -> list[tuple[str, Promise]]:
    """Return the actions that approve, refuse or withdraw the action ``slug``."""
    return [one for one in actions if one[0] in ANSWERS and one[0].startswith(f"{slug}-")]


ASKED = _("Your request is recorded. Another person must agree within seven days.")

ACTIONS: dict[str, Action] = {
    "suspend": Action(
        title=_("Suspend"),
        lead=_(
            "Its staff cannot work there until the workspace is opened again. "
            "Citizens are served as before, and every deadline stays in force. If "
            "requests wait there, take the workspace over."
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
            "The workspace will be closed until further notice, and its successor "
            "will handle new requests to its bodies. Its present requests stay in "
            "this workspace: if one of them is open, take the workspace over first, "
            "so that acting officers can answer it. It is archived when another "
            "person has agreed; that person has seven days to do so."
        ),
        success=ASKED,
        form=ArchiveForm,
        do=archive_ask,
        is_offered=lambda detail: (
            is_in(AgencyState.ACTIVE, AgencyState.SUSPENDED)(detail)
            and not waits(ApprovalKind.ARCHIVE)(detail)
        ),
    ),
    "unarchive": Action(
        title=_("Take out of the archive"),
        lead=_(
            "It will again handle the requests of the bodies that it had, except "
            "those that were given to another administration since."
        ),
        success=_("The workspace is active again."),
        form=ActionForm,
        do=agency_unarchive,
        is_offered=lambda detail: (
            detail.health.state == AgencyState.ARCHIVED and not is_being_destroyed(detail)
        ),
    ),
    "take-over": Action(
        title=_("Take over"),
        lead=_(
            "The people whom you name will handle requests in its place, in its own "
            "workspace. The accounts of its own staff are deactivated until the "
            "workspace is handed back; its administrators keep access to its "
            "invoices and its data. Nothing changes for citizens. It begins when "
            "another person has agreed; that person has seven days to do so."
        ),
        success=ASKED,
        form=ActingOfficersForm,
        do=acting_administration_ask,
        is_offered=lambda detail: (
            is_not_destroyed(detail)
            and detail.take_over is None
            and not is_being_destroyed(detail)
            and not waits(ApprovalKind.TAKE_OVER)(detail)
        ),
        may=may_view_agencies,
    ),
    "hand-back": Action(
        title=_("Hand back"),
        lead=_(
            "The accounts that were deactivated are reactivated, and those of the "
            "acting officers are deactivated."
        ),
        success=_("The workspace is handed back."),
        form=ActionForm,
        do=acting_administration_end,
        is_offered=lambda detail: detail.take_over is not None,
        may=may_view_agencies,
    ),
    "invite": Action(
        title=_("Invite an administrator"),
        lead=_(
            "For a workspace without an administrator. Another person must agree "
            "within seven days. The person you name then gets an e-mail that "
            "explains how to set a password, and can add all other staff."
        ),
        success=ASKED,
        form=InviteForm,
        do=invite_ask,
        is_offered=lambda detail: (
            is_not_destroyed(detail)
            and detail.take_over is None
            and not waits(ApprovalKind.INVITE)(detail)
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
            "Another person must agree within seven days. The owner of the domain "
            "points the host name to the portal, with a CNAME entry in the DNS. Then "
            "check it here: the host name is active from that moment."
        ),
        success=ASKED,
        form=HostForm,
        do=host_approvals.host_ask,
        is_offered=lambda detail: (
            is_in(AgencyState.ACTIVE)(detail) and not waits(ApprovalKind.HOST_ADD)(detail)
        ),
    ),
    "host-primary": Action(
        title=_("Choose another main host name"),
        lead=_(
            "Links in e-mails to its staff will use this name after another person "
            "has agreed; that person has seven days to do so. The administrators are "
            "told by e-mail."
        ),
        success=ASKED,
        form=PrimaryHostForm,
        do=host_approvals.host_primary_ask,
        is_offered=lambda detail: (
            is_not_destroyed(detail)
            and any(one.is_answered and not one.is_primary for one in detail.hosts)
            and not waits(ApprovalKind.HOST_PRIMARY)(detail)
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
        is_offered=lambda detail: (
            detail.health.state == AgencyState.ARCHIVED
            and detail.take_over is None
            and not is_being_destroyed(detail)
        ),
    ),
    **ANSWERS,
}
