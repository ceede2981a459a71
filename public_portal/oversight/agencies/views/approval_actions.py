"""What a second person answers to what somebody asked for, and how the asker takes it back."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.forms.workspaces import (
    ActForm,
    ApprovalForm,
    DestroyConfirmForm,
)
from public_portal.oversight.agencies.selectors import may_have_host
from public_portal.oversight.agencies.views.action import Act, Fits, is_of_another, is_own
from shared.accounts.permissions import may_view_agencies
from shared.kernel.actors import Actor
from tenants.approvals.services import approval_withdraw
from tenants.fleet.services import host_approvals, lifecycle
from tenants.models.enums import ApprovalKind

Do = Callable[[ActForm, Actor], object]


def _read(form: ActForm) -> UUID | None:
    """The asking that stood on the page."""
    assert isinstance(form, ApprovalForm)  # noqa: S101  # for the type checker
    return form.approval_id


def _confirm(*, kind: ApprovalKind, title: Promise, lead: Promise, told: Promise, do: Do) -> Act:
    return Act(
        title=title,
        lead=lead,
        told=told,
        form=ApprovalForm,
        do=do,
        fits=is_of_another(kind),
        may=may_view_agencies,
    )


def _ends(
    slug: str, *, own: Fits, others: Fits, do: Do, titles: tuple[Promise, Promise]
) -> Mapping[str, Act]:
    """How it ends without being done: withdrawn by the asker, refused by another person."""
    withdraw, refuse = titles
    return {
        f"{slug}-withdraw": Act(
            title=withdraw, lead=_("Nothing has changed, and nothing will."),
            told=_("It is withdrawn."), form=ApprovalForm, do=do, fits=own, may=may_view_agencies,
        ),
        f"{slug}-refuse": Act(
            title=refuse, lead=_("Nothing has changed, and nothing will."),
            told=_("It is refused."), form=ApprovalForm, do=do, fits=others, may=may_view_agencies,
        ),
    }  # fmt: skip


def _ends_of(slug: str, kind: ApprovalKind, *titles: Promise) -> Mapping[str, Act]:
    def do(form: ActForm, actor: Actor) -> object:
        return approval_withdraw(kind=kind, subject=form.code, approval_id=_read(form), actor=actor)

    withdraw, refuse = titles
    return _ends(
        slug, own=is_own(kind), others=is_of_another(kind), do=do, titles=(withdraw, refuse)
    )


def _destroy(form: ActForm, actor: Actor) -> object:
    return lifecycle.destroy_confirm(
        agency_code=form.code,
        typed_code=form.cleaned_data["typed_code"],
        order_id=_read(form),
        actor=actor,
    )


def _host(form: ActForm, actor: Actor) -> object:
    return host_approvals.host_confirm(
        agency_code=form.code,
        approval_id=_read(form),
        is_allowed=may_have_host(code=form.code),
        actor=actor,
    )


ANSWERS: dict[str, Act] = {
    "archive-confirm": _confirm(
        kind=ApprovalKind.ARCHIVE,
        title=_("Agree to the archiving"),
        lead=_(
            "If you agree it is closed at once, and the successor named here reads and answers "
            "all new requests to its bodies."
        ),
        told=_("The workspace is archived. New requests go to whoever answers now."),
        do=lambda form, actor: lifecycle.archive_confirm(
            agency_code=form.code, approval_id=_read(form), actor=actor
        ),
    ),
    **_ends_of(
        "archive",
        ApprovalKind.ARCHIVE,
        _("Withdraw the proposed archiving"),
        _("Refuse the proposed archiving"),
    ),
    "take-over-confirm": _confirm(
        kind=ApprovalKind.TAKE_OVER,
        title=_("Agree to the take-over"),
        lead=_(
            "If you agree it begins at once: the people named here read and answer every request "
            "there. Look at their mailboxes, and ask the person who named them if one is not of "
            "an administration."
        ),
        told=_("The workspace is taken over. The caretakers have been written to."),
        do=lambda form, actor: lifecycle.take_over_confirm(
            agency_code=form.code, approval_id=_read(form), actor=actor
        ),
    ),
    **_ends_of(
        "take-over",
        ApprovalKind.TAKE_OVER,
        _("Withdraw the proposed take-over"),
        _("Refuse the proposed take-over"),
    ),
    "invite-confirm": _confirm(
        kind=ApprovalKind.INVITE,
        title=_("Agree to the administrator's account"),
        lead=_(
            "The person named here can read every request there and let others in. Look at the "
            "mailbox before you agree."
        ),
        told=_("The administrator has been written to."),
        do=lambda form, actor: lifecycle.invite_confirm(
            agency_code=form.code, approval_id=_read(form), actor=actor
        ),
    ),
    **_ends_of(
        "invite",
        ApprovalKind.INVITE,
        _("Withdraw the proposed administrator's account"),
        _("Refuse the proposed administrator's account"),
    ),
    "host-add-confirm": _confirm(
        kind=ApprovalKind.HOST_ADD,
        title=_("Agree to the host name"),
        lead=_(
            "Whoever keeps this name can lead its visitors elsewhere. Look whether it belongs to "
            "the administration before you agree."
        ),
        told=_("The host name is written down. Check it once it leads here."),
        do=_host,
    ),
    **_ends_of(
        "host-add",
        ApprovalKind.HOST_ADD,
        _("Withdraw the proposed host name"),
        _("Refuse the proposed host name"),
    ),
    "host-primary-confirm": _confirm(
        kind=ApprovalKind.HOST_PRIMARY,
        title=_("Agree to the main host name"),
        lead=_(
            "If you agree, links in letters to its staff lead to this name. Its administrators "
            "are written to."
        ),
        told=_("Links in letters lead to this name from now on."),
        do=lambda form, actor: host_approvals.host_primary_confirm(
            agency_code=form.code, approval_id=_read(form), actor=actor
        ),
    ),
    **_ends_of(
        "host-primary",
        ApprovalKind.HOST_PRIMARY,
        _("Withdraw the proposed main host name"),
        _("Refuse the proposed main host name"),
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
        form=DestroyConfirmForm,
        do=_destroy,
        fits=lambda sheet: sheet.order is not None and not sheet.order.is_own,
        may=may_view_agencies,
    ),
    **_ends(
        "destroy",
        own=lambda sheet: sheet.order is not None and sheet.order.is_own,
        others=lambda sheet: sheet.order is not None and not sheet.order.is_own,
        do=lambda form, actor: lifecycle.destroy_withdraw(
            agency_code=form.code, order_id=_read(form), actor=actor
        ),
        titles=(_("Withdraw the proposed destruction"), _("Refuse the proposed destruction")),
    ),
}
