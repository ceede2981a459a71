"""What can be done with a workspace: one table, of which each line is a page with its button."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.forms.workspaces import (
    ActForm,
    ActingOfficersForm,
    ArchiveForm,
    DestroyForm,
    HostForm,
    InviteForm,
    PrimaryHostForm,
    ReasonForm,
    RenameForm,
)
from public_portal.oversight.agencies.selectors import may_have_host
from public_portal.oversight.agencies.types import WorkspaceDetail
from public_portal.oversight.agencies.views.action import Act, is_doomed, is_in, lives, waits
from public_portal.oversight.agencies.views.approval_actions import ANSWERS
from shared.accounts.permissions import may_view_agencies
from shared.kernel.actors import Actor
from tenants.fleet.services import host_approvals, lifecycle
from tenants.models.enums import AgencyState, ApprovalKind


def act_list(*, sheet: WorkspaceDetail, role: str) -> list[tuple[str, Promise]]:
    """What the reader can do with that workspace as it stands, by slug."""
    return [(slug, act.title) for slug, act in ACTS.items() if act.may(role) and act.fits(sheet)]


def answer_list(slug: str, acts: list[tuple[str, Promise]]) -> list[tuple[str, Promise]]:
    """Those of the acts that answer what was asked for under that slug."""
    return [(act, title) for act, title in acts if act in ANSWERS and act.startswith(f"{slug}-")]


def _may_be_destroyed(sheet: WorkspaceDetail) -> bool:
    is_free = sheet.take_over is None and not is_doomed(sheet)
    return sheet.health.state == AgencyState.ARCHIVED and is_free


def _has_other_host(sheet: WorkspaceDetail) -> bool:
    return lives(sheet) and any(one.is_answered and not one.is_primary for one in sheet.hosts)


def _suspend(form: ActForm, actor: Actor) -> object:
    return lifecycle.agency_suspend(
        agency_code=form.code, reason=form.cleaned_data["reason"], actor=actor
    )


def _archive(form: ActForm, actor: Actor) -> object:
    return lifecycle.archive_ask(
        agency_code=form.code,
        reason=form.cleaned_data["reason"],
        successor_code=form.cleaned_data["successor"],
        actor=actor,
    )


def _take_over(form: ActForm, actor: Actor) -> object:
    assert isinstance(form, ActingOfficersForm)  # noqa: S101  # for the type checker
    return lifecycle.take_over_ask(
        agency_code=form.code,
        reason=form.cleaned_data["reason"],
        caretakers=form.to_caretakers(),
        actor=actor,
    )


def _invite(form: ActForm, actor: Actor) -> object:
    assert isinstance(form, InviteForm)  # noqa: S101  # for the type checker
    return lifecycle.invite_ask(
        agency_code=form.code,
        person=form.to_person(),
        reason=form.cleaned_data["reason"],
        actor=actor,
    )


def _rename(form: ActForm, actor: Actor) -> object:
    assert isinstance(form, RenameForm)  # noqa: S101  # for the type checker
    return lifecycle.agency_rename(agency_code=form.code, names=form.to_names(), actor=actor)


def _host(form: ActForm, actor: Actor) -> object:
    return host_approvals.host_ask(
        agency_code=form.code,
        host=form.cleaned_data["host"],
        is_allowed=may_have_host(code=form.code),
        reason=form.cleaned_data["reason"],
        actor=actor,
    )


def _host_primary(form: ActForm, actor: Actor) -> object:
    return host_approvals.host_primary_ask(
        agency_code=form.code,
        host=form.cleaned_data["host"],
        reason=form.cleaned_data["reason"],
        actor=actor,
    )


def _ask(form: ActForm, actor: Actor) -> object:
    return lifecycle.destroy_ask(agency_code=form.code, actor=actor, **form.cleaned_data)


ASKED = _("It is asked for. Another person must agree within seven days.")

ACTS: dict[str, Act] = {
    "suspend": Act(
        title=_("Suspend"),
        lead=_(
            "Its staff cannot work there until it is opened again. Citizens are served as before, "
            "and their deadlines go on: take it over if requests wait there."
        ),
        told=_("The workspace is suspended."),
        form=ReasonForm,
        do=_suspend,
        fits=is_in(AgencyState.ACTIVE),
    ),
    "reactivate": Act(
        title=_("Open again"),
        lead=_("Its staff can work there again from now on."),
        told=_("The workspace is open again."),
        form=ActForm,
        do=lambda form, actor: lifecycle.agency_reactivate(agency_code=form.code, actor=actor),
        fits=is_in(AgencyState.SUSPENDED),
    ),
    "archive": Act(
        title=_("Archive"),
        lead=_(
            "The workspace is closed until further notice, and its successor answers for its "
            "bodies from that moment. Requests that it has stay where they are: while one is open, "
            "caretakers must answer it, so take it over first. It happens when another person has "
            "agreed, within seven days."
        ),
        told=ASKED,
        form=ArchiveForm,
        do=_archive,
        fits=lambda sheet: (
            is_in(AgencyState.ACTIVE, AgencyState.SUSPENDED)(sheet)
            and not waits(ApprovalKind.ARCHIVE)(sheet)
        ),
    ),
    "unarchive": Act(
        title=_("Take out of the archive"),
        lead=_(
            "It answers again for the bodies that it had, except those that somebody else was "
            "given since."
        ),
        told=_("The workspace is active again."),
        form=ActForm,
        do=lambda form, actor: lifecycle.agency_unarchive(agency_code=form.code, actor=actor),
        fits=lambda sheet: sheet.health.state == AgencyState.ARCHIVED and not is_doomed(sheet),
    ),
    "take-over": Act(
        title=_("Take over"),
        lead=_(
            "The people whom you name answer in its place, in its own workspace. The doors of its "
            "own staff close meanwhile; its administrators keep the way to its bill and its data. "
            "Nothing changes for citizens. It begins when another person has agreed, within seven "
            "days."
        ),
        told=ASKED,
        form=ActingOfficersForm,
        do=_take_over,
        fits=lambda sheet: (
            lives(sheet)
            and sheet.take_over is None
            and not is_doomed(sheet)
            and not waits(ApprovalKind.TAKE_OVER)(sheet)
        ),
        may=may_view_agencies,
    ),
    "hand-back": Act(
        title=_("Hand back"),
        lead=_("Exactly the doors that were closed open again, and those of the caretakers close."),
        told=_("The workspace is handed back."),
        form=ActForm,
        do=lambda form, actor: lifecycle.agency_hand_back(agency_code=form.code, actor=actor),
        fits=lambda sheet: sheet.take_over is not None,
        may=may_view_agencies,
    ),
    "invite": Act(
        title=_("Invite an administrator"),
        lead=_(
            "For a workspace where no administrator is left. Whoever you name can let all others "
            "in, and receives an e-mail with the way to a password, once another person has "
            "agreed within seven days."
        ),
        told=ASKED,
        form=InviteForm,
        do=_invite,
        fits=lambda sheet: (
            lives(sheet) and sheet.take_over is None and not waits(ApprovalKind.INVITE)(sheet)
        ),
    ),
    "rename": Act(
        title=_("Rename"),
        lead=_("The code and the hosts stay as they are."),
        told=_("The workspace has its new name."),
        form=RenameForm,
        do=_rename,
        fits=lives,
    ),
    "host": Act(
        title=_("Give a host name of its own"),
        lead=_(
            "Another person must agree within seven days. Its owner makes the name lead to the "
            "portal, with a CNAME entry in the DNS. Then check it here: from that moment it is "
            "answered."
        ),
        told=ASKED,
        form=HostForm,
        do=_host,
        fits=lambda sheet: (
            is_in(AgencyState.ACTIVE)(sheet) and not waits(ApprovalKind.HOST_ADD)(sheet)
        ),
    ),
    "host-primary": Act(
        title=_("Choose another main host name"),
        lead=_(
            "Links in letters to its staff lead there once another person has agreed within seven "
            "days. Its administrators are written to."
        ),
        told=ASKED,
        form=PrimaryHostForm,
        do=_host_primary,
        fits=lambda sheet: _has_other_host(sheet) and not waits(ApprovalKind.HOST_PRIMARY)(sheet),
    ),
    "destroy": Act(
        title=_("Ask for its destruction"),
        lead=_(
            "Its hosts, files, tables and all entries about its requests are deleted for ever, "
            "once another person has agreed within seven days. Its name and the published figures "
            "stay. Nobody will be able to open its requests, and nothing can be brought back "
            "except from a bundle."
        ),
        told=ASKED,
        form=DestroyForm,
        do=_ask,
        fits=_may_be_destroyed,
    ),
    **ANSWERS,
}
