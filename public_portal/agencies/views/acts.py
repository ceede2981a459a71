"""What can be done with a workspace: one table, of which each line is a page with its button."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.agencies.forms import (
    ActForm,
    ArchiveForm,
    CaretakersForm,
    CodeForm,
    DestroyForm,
    HostForm,
    InviteForm,
    ReasonForm,
    RenameForm,
)
from public_portal.agencies.selectors import may_have_host
from public_portal.agencies.types import LifeSheet
from shared.accounts.permissions import may_look_after, may_operate
from shared.kernel.actors import Actor
from tenants import hosts, lifecycle
from tenants.approvals import approval_withdraw
from tenants.enums import AgencyState, ApprovalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing to do: who may, when it makes sense, what is told before and after."""

    title: Promise
    lead: Promise
    told: Promise
    form: type[ActForm]
    do: Callable[[ActForm, Actor], object]
    fits: Callable[[LifeSheet], bool]
    may: Callable[[str], bool] = may_operate


def act_list(*, sheet: LifeSheet, role: str) -> list[tuple[str, Promise]]:
    """What the reader can do with that workspace as it stands, by slug."""
    return [(slug, act.title) for slug, act in ACTS.items() if act.may(role) and act.fits(sheet)]


def _is(*states: AgencyState) -> Callable[[LifeSheet], bool]:
    return lambda sheet: sheet.health.state in states


def _lives(sheet: LifeSheet) -> bool:
    return sheet.health.state in (
        AgencyState.ACTIVE,
        AgencyState.SUSPENDED,
        AgencyState.ARCHIVED,
    )


def _may_be_destroyed(sheet: LifeSheet) -> bool:
    is_free = sheet.take_over is None and not _is_doomed(sheet)
    return sheet.health.state == AgencyState.ARCHIVED and is_free


def _is_doomed(sheet: LifeSheet) -> bool:
    return sheet.order is not None or sheet.job is not None


def _suspend(form: ActForm, actor: Actor) -> object:
    return lifecycle.agency_suspend(
        agency_code=form.code, reason=form.cleaned_data["reason"], actor=actor
    )


def _archive(form: ActForm, actor: Actor) -> object:
    return lifecycle.agency_archive(
        agency_code=form.code,
        reason=form.cleaned_data["reason"],
        successor_code=form.cleaned_data["successor"],
        actor=actor,
    )


def _waits(kind: ApprovalKind) -> Callable[[LifeSheet], bool]:
    return lambda sheet: sheet.approval(kind) is not None


def _may_agree(kind: ApprovalKind) -> Callable[[LifeSheet], bool]:
    def fits(sheet: LifeSheet) -> bool:
        found = sheet.approval(kind)
        return found is not None and not found.is_own

    return fits


def _withdraw(kind: ApprovalKind) -> Callable[[ActForm, Actor], object]:
    return lambda form, actor: approval_withdraw(kind=kind, subject=form.code, actor=actor)


def _take_over(form: ActForm, actor: Actor) -> object:
    assert isinstance(form, CaretakersForm)  # noqa: S101  # for the type checker
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


def _claim(form: ActForm, actor: Actor) -> object:
    return hosts.host_claim(
        agency_code=form.code,
        host=form.cleaned_data["host"],
        is_allowed=may_have_host(code=form.code),
        actor=actor,
    )


def _ask(form: ActForm, actor: Actor) -> object:
    return lifecycle.destroy_ask(agency_code=form.code, actor=actor, **form.cleaned_data)


def _confirm(form: ActForm, actor: Actor) -> object:
    return lifecycle.destroy_confirm(agency_code=form.code, actor=actor, **form.cleaned_data)


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
        fits=_is(AgencyState.ACTIVE),
    ),
    "reactivate": Act(
        title=_("Open again"),
        lead=_("Its staff can work there again from now on."),
        told=_("The workspace is open again."),
        form=ActForm,
        do=lambda form, actor: lifecycle.agency_reactivate(agency_code=form.code, actor=actor),
        fits=_is(AgencyState.SUSPENDED),
    ),
    "archive": Act(
        title=_("Archive"),
        lead=_(
            "The workspace is closed until further notice, and its successor answers for its "
            "bodies from that moment. Requests that it has stay where they are: while one is open, "
            "caretakers must answer it, so take it over first."
        ),
        told=_("The workspace is archived. New requests go to whoever answers now."),
        form=ArchiveForm,
        do=_archive,
        fits=_is(AgencyState.ACTIVE, AgencyState.SUSPENDED),
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
        fits=lambda sheet: sheet.health.state == AgencyState.ARCHIVED and not _is_doomed(sheet),
    ),
    "take-over": Act(
        title=_("Take over"),
        lead=_(
            "The people whom you name answer in its place, in its own workspace. The doors of its "
            "own staff close meanwhile; its administrators keep the way to its bill and its data. "
            "Nothing changes for citizens. It begins when another person has agreed, within seven "
            "days."
        ),
        told=_("It is asked for. Another person must agree within seven days."),
        form=CaretakersForm,
        do=_take_over,
        fits=lambda sheet: (
            _lives(sheet)
            and sheet.take_over is None
            and not _is_doomed(sheet)
            and not _waits(ApprovalKind.TAKE_OVER)(sheet)
        ),
        may=may_look_after,
    ),
    "take-over-confirm": Act(
        title=_("Agree to the take-over"),
        lead=_(
            "If you agree it begins at once: the people named here read and answer every request "
            "there. Look at their mailboxes, and ask the person who named them if one is not of "
            "an administration."
        ),
        told=_("The workspace is taken over. The caretakers have been written to."),
        form=ActForm,
        do=lambda form, actor: lifecycle.take_over_confirm(agency_code=form.code, actor=actor),
        fits=_may_agree(ApprovalKind.TAKE_OVER),
        may=may_look_after,
    ),
    "take-over-withdraw": Act(
        title=_("Withdraw the wish to take it over"),
        lead=_("Nothing has changed there, and nothing will."),
        told=_("The wish is withdrawn."),
        form=ActForm,
        do=_withdraw(ApprovalKind.TAKE_OVER),
        fits=_waits(ApprovalKind.TAKE_OVER),
        may=may_look_after,
    ),
    "hand-back": Act(
        title=_("Hand back"),
        lead=_("Exactly the doors that were closed open again, and those of the caretakers close."),
        told=_("The workspace is handed back."),
        form=ActForm,
        do=lambda form, actor: lifecycle.agency_hand_back(agency_code=form.code, actor=actor),
        fits=lambda sheet: sheet.take_over is not None,
        may=may_look_after,
    ),
    "invite": Act(
        title=_("Invite an administrator"),
        lead=_(
            "For a workspace where no administrator is left. Whoever you name can let all others "
            "in, and receives an e-mail with the way to a password, once another person has "
            "agreed within seven days."
        ),
        told=_("It is asked for. Another person must agree within seven days."),
        form=InviteForm,
        do=_invite,
        fits=lambda sheet: (
            _lives(sheet) and sheet.take_over is None and not _waits(ApprovalKind.INVITE)(sheet)
        ),
    ),
    "invite-confirm": Act(
        title=_("Agree to the administrator's account"),
        lead=_(
            "The person named here can read every request there and let others in. Look at the "
            "mailbox before you agree."
        ),
        told=_("The administrator has been written to."),
        form=ActForm,
        do=lambda form, actor: lifecycle.invite_confirm(agency_code=form.code, actor=actor),
        fits=_may_agree(ApprovalKind.INVITE),
        may=may_look_after,
    ),
    "invite-withdraw": Act(
        title=_("Withdraw the wish for an administrator's account"),
        lead=_("Nobody has been written to, and nobody will be."),
        told=_("The wish is withdrawn."),
        form=ActForm,
        do=_withdraw(ApprovalKind.INVITE),
        fits=_waits(ApprovalKind.INVITE),
        may=may_look_after,
    ),
    "rename": Act(
        title=_("Rename"),
        lead=_("The code and the hosts stay as they are."),
        told=_("The workspace has its new name."),
        form=RenameForm,
        do=_rename,
        fits=_lives,
    ),
    "host": Act(
        title=_("Give a host name of its own"),
        lead=_(
            "Its owner first makes the name lead to the portal, with a CNAME entry in the DNS. "
            "Then check it here: from that moment it is answered."
        ),
        told=_("The host name is written down. Check it once it leads here."),
        form=HostForm,
        do=_claim,
        fits=_is(AgencyState.ACTIVE),
    ),
    "destroy": Act(
        title=_("Ask for its destruction"),
        lead=_(
            "Its hosts, files, tables and all entries about its requests are deleted for ever, "
            "once another person has agreed within seven days. Its name and the published figures "
            "stay. Nobody will be able to open its requests, and nothing can be brought back "
            "except from a bundle."
        ),
        told=_("It is asked for. Another person must agree within seven days."),
        form=DestroyForm,
        do=_ask,
        fits=_may_be_destroyed,
    ),
    "destroy-confirm": Act(
        title=_("Agree to its destruction"),
        lead=_(
            "If you agree it begins at once, and it can be cancelled only before its first step. "
            "Its hosts, files, tables and all entries about its requests are deleted for ever. Its "
            "name and the published figures stay. Nobody will be able to open its requests, and "
            "nothing can be brought back except from a bundle."
        ),
        told=_("Both have agreed. The workspace is being destroyed."),
        form=CodeForm,
        do=_confirm,
        fits=lambda sheet: sheet.order is not None and not sheet.order.is_own,
        may=may_look_after,
    ),
    "destroy-withdraw": Act(
        title=_("Withdraw the wish for its destruction"),
        lead=_("Nothing has been destroyed, and nothing will be."),
        told=_("The wish is withdrawn."),
        form=ActForm,
        do=lambda form, actor: lifecycle.destroy_withdraw(agency_code=form.code, actor=actor),
        fits=lambda sheet: sheet.order is not None,
        may=may_look_after,
    ),
}
