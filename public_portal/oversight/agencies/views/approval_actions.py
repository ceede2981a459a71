"""The actions that end an approval: agree, refuse and withdraw."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.agencies.forms.workspaces import (
    ApprovalForm,
    DestroyConfirmForm,
    HostApprovalForm,
    OrderForm,
)
from public_portal.oversight.agencies.views.action import Action, Condition, is_own
from shared.accounts.permissions import may_view_agencies
from tenants.approvals.services import approval_withdraw
from tenants.fleet.services import host_approvals
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_confirm
from tenants.fleet.services.lifecycle.administrators import invite_confirm
from tenants.fleet.services.lifecycle.destroy_orders import destroy_confirm, destroy_withdraw
from tenants.fleet.services.lifecycle.states import archive_confirm
from tenants.models.enums import ApprovalKind


def _confirm(
    *,
    kind: ApprovalKind,
    title: Promise,
    lead: Promise,
    success: Promise,
    do: Callable[..., object],
    form: type[ApprovalForm] = ApprovalForm,
) -> Action:
    return Action(
        title=title,
        lead=lead,
        success=success,
        form=form,
        do=do,
        is_offered=is_own(kind, own=False),
        may=may_view_agencies,
    )


def _ends(
    slug: str,
    *,
    own: Condition,
    others: Condition,
    do: Callable[..., object],
    titles: tuple[Promise, Promise],
    form: type[ApprovalForm] = ApprovalForm,
) -> Mapping[str, Action]:
    """Return the actions to withdraw and to refuse an approval, keyed by slug."""
    lead, (withdraw, refuse) = _("The workspace stays as it is."), titles
    return {
        f"{slug}-withdraw": Action(
            title=withdraw, lead=lead, success=_("It is withdrawn."),
            form=form, do=do, is_offered=own, may=may_view_agencies,
        ),
        f"{slug}-refuse": Action(
            title=refuse, lead=lead, success=_("It is refused."),
            form=form, do=do, is_offered=others, may=may_view_agencies,
        ),
    }  # fmt: skip


def _ends_of(
    slug: str, kind: ApprovalKind, withdraw: Promise, refuse: Promise
) -> Mapping[str, Action]:
    return _ends(
        slug,
        own=is_own(kind),
        others=is_own(kind, own=False),
        do=lambda agency_code, **read: approval_withdraw(kind=kind, subject=agency_code, **read),
        titles=(withdraw, refuse),
    )


ANSWERS: dict[str, Action] = {
    "archive-confirm": _confirm(
        kind=ApprovalKind.ARCHIVE,
        title=_("Agree to the archiving"),
        lead=_(
            "If you agree it is closed at once, and the successor named here reads and answers "
            "all new requests to its bodies."
        ),
        success=_(
            "The workspace is archived. New requests go to the administration that is "
            "now responsible."
        ),
        do=archive_confirm,
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
            "If you agree, it begins immediately: the people named here read and "
            "answer every request there. Check their e-mail addresses. If one does "
            "not belong to an administration, ask the person who named these people "
            "before you agree."
        ),
        success=_("The workspace is taken over. The acting officers have been told by e-mail."),
        do=acting_administration_confirm,
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
            "The person named here will be able to read every request there and to "
            "add other staff. Check the e-mail address before you agree."
        ),
        success=_("The administrator has been written to."),
        do=invite_confirm,
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
            "Whoever controls this name can redirect its visitors. Check that it belongs "
            "to the administration before you agree."
        ),
        success=_("The host name is recorded. Check it here as soon as it points to the portal."),
        do=host_approvals.host_confirm,
        form=HostApprovalForm,
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
            "If you agree, links in e-mails to its staff will use this name. The "
            "administrators are told by e-mail."
        ),
        success=_("Links in e-mails use this name from now on."),
        do=host_approvals.host_primary_confirm,
    ),
    **_ends_of(
        "host-primary",
        ApprovalKind.HOST_PRIMARY,
        _("Withdraw the proposed main host name"),
        _("Refuse the proposed main host name"),
    ),
    "destroy-confirm": Action(
        title=_("Agree to its destruction"),
        lead=_(
            "If you agree, it begins immediately and can be cancelled only before its "
            "first step. Its hosts, files, tables and all entries about its requests are "
            "deleted permanently. Its name and the published figures remain. Nobody will "
            "be able to open its requests, and nothing can be restored except from an "
            "export."
        ),
        success=_("Both have agreed. The workspace is being destroyed."),
        form=DestroyConfirmForm,
        do=destroy_confirm,
        is_offered=lambda detail: detail.order is not None and not detail.order.is_own,
        may=may_view_agencies,
    ),
    **_ends(
        "destroy",
        own=lambda detail: detail.order is not None and detail.order.is_own,
        others=lambda detail: detail.order is not None and not detail.order.is_own,
        do=destroy_withdraw,
        form=OrderForm,
        titles=(_("Withdraw the proposed destruction"), _("Refuse the proposed destruction")),
    ),
}
