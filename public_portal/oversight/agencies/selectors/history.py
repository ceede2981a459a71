"""The history of a workspace, as text."""

from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from public_portal.oversight.agencies.types import ActReason, HistoryLine
from shared.audit.selectors import audit_entries_about
from shared.kernel.actors import ActorKind
from tenants.agencies.selectors import agency_by_code
from tenants.billing.enums import PaymentChange
from tenants.fleet.services.lifecycle.selectors import order_reasons
from tenants.models import DestroyOrder, TakeOver

MAX_HISTORY = 50
# One transaction writes an act and its log entry, a few seconds apart at most.
SAME_MOMENT = timedelta(seconds=10)
ACTS: dict[str, Promise] = {
    "agency.recorded": gettext_lazy("Workspace recorded"),
    "agency.ready": gettext_lazy("Workspace made"),
    "agency.administrator_invited": gettext_lazy("An administrator invited by national oversight"),
    "agency.staff_invited": gettext_lazy("E-mail sent to staff without a password"),
    "take_over.approval_asked": gettext_lazy("Take-over asked for"),
    "take_over.approval_given": gettext_lazy("Take-over agreed to by a second person"),
    "take_over.approval_withdrawn": gettext_lazy("Proposed take-over withdrawn or refused"),
    "invite.approval_asked": gettext_lazy("Administrator's account asked for"),
    "invite.approval_given": gettext_lazy("Administrator's account agreed to by a second person"),
    "invite.approval_withdrawn": gettext_lazy(
        "Proposed administrator's account withdrawn or refused"
    ),
    "export.approval_asked": gettext_lazy("File with all data asked for by national oversight"),
    "export.approval_given": gettext_lazy("File with all data agreed to by a second person"),
    "export.approval_withdrawn": gettext_lazy("Proposed file with all data withdrawn or refused"),
    "archive.approval_asked": gettext_lazy("Archiving asked for"),
    "archive.approval_given": gettext_lazy("Archiving agreed to by a second person"),
    "archive.approval_withdrawn": gettext_lazy("Proposed archiving withdrawn or refused"),
    "host_add.approval_asked": gettext_lazy("Host name of its own asked for"),
    "host_add.approval_given": gettext_lazy("Host name of its own agreed to by a second person"),
    "host_add.approval_withdrawn": gettext_lazy("Proposed host name withdrawn or refused"),
    "host_primary.approval_asked": gettext_lazy("Another main host name asked for"),
    "host_primary.approval_given": gettext_lazy(
        "Another main host name agreed to by a second person"
    ),
    "host_primary.approval_withdrawn": gettext_lazy("Proposed main host name withdrawn or refused"),
    "agency.second_step_on": gettext_lazy("Second step required of its staff"),
    "agency.second_step_off": gettext_lazy("Second step no longer required of its staff"),
    "agency.approval_on": gettext_lazy("Approval of agents' decisions required"),
    "agency.approval_off": gettext_lazy("Approval of agents' decisions no longer required"),
    "agency.suspended": pgettext_lazy("one workspace", "Suspended"),
    "agency.reactivated": gettext_lazy("Opened again"),
    "agency.archived": pgettext_lazy("one workspace", "Archived"),
    "agency.unarchived": gettext_lazy("Taken out of the archive"),
    "agency.taken_over": gettext_lazy("Taken over by national oversight"),
    "agency.handed_back": gettext_lazy("Handed back to its own staff"),
    "agency.renamed": gettext_lazy("Renamed"),
    "agency.host_claimed": gettext_lazy("Host name asked for"),
    "agency.host_given": gettext_lazy("Host name active"),
    "agency.host_primary": gettext_lazy("Host name made the main one"),
    "agency.host_released": gettext_lazy("Host name given up"),
    "agency.destroy_asked": gettext_lazy("Destruction asked for"),
    "agency.destroy_withdrawn": gettext_lazy("Proposed destruction withdrawn or refused"),
    "agency.destroy_confirmed": gettext_lazy("Destruction agreed to by a second person"),
    "agency.destroyed": pgettext_lazy("one workspace", "Destroyed"),
    "agency.export_asked": gettext_lazy("File with all data asked for"),
    "agency.exported": gettext_lazy("File with all data made"),
    "agency.bundle_taken": gettext_lazy("File with all data downloaded"),
    "billing.ended_by_oversight": gettext_lazy("Subscription ended by national oversight"),
    "agency.restored": gettext_lazy("Restored from a data export"),
    "agency.taken_back": gettext_lazy("Creation cancelled before it was complete"),
    "plan.assigned": gettext_lazy("Plan given by national oversight"),
    "billing.details": gettext_lazy("Billing details changed"),
    "billing.checkout_asked": gettext_lazy("Subscription by card begun"),
    "billing.transfer_asked": gettext_lazy("Subscription with payment by invoice requested"),
    "billing.seats_asked": gettext_lazy("Another number of seats asked for"),
    "billing.portal_asked": gettext_lazy("Payment pages opened"),
    "billing.end_asked": gettext_lazy("End of the subscription asked for"),
    "billing.resume_asked": gettext_lazy("Continuation of the subscription requested"),
    "billing.refund_asked": gettext_lazy("Refund by national oversight"),
    "billing.transfer_noted": gettext_lazy("Bank transfer noted"),
    **{f"billing.{turn}": turn.label for turn in PaymentChange},
}


def history_lines(*, code: str) -> list[HistoryLine]:
    """Return the last acts on a workspace, latest first; an unknown act is shown as its code."""
    reasons = _act_reasons(code)
    return [
        HistoryLine(
            at=entry.at,
            words=str(ACTS.get(entry.action, entry.action)),
            # In the log, the name of the system is not translated.
            by=_("The system") if entry.actor_kind == ActorKind.SYSTEM else entry.actor_label,
            about=entry.subject.removeprefix(f"agency {code}").strip(),
            reason=next(
                (
                    one.text
                    for one in reasons
                    if one.action == entry.action and abs(one.at - entry.at) < SAME_MOMENT
                ),
                "",
            ),
        )
        for entry in audit_entries_about(subject=f"agency {code}").reverse()[:MAX_HISTORY]
    ]


def _act_reasons(code: str) -> list[ActReason]:
    """Return the reasons of acting administrations, destroy orders and the current state."""
    found = [
        ActReason(action="agency.taken_over", at=row.started_at, text=row.reason)
        for row in TakeOver.objects.filter(agency__code=code)
    ]
    found += [
        ActReason(action="agency.destroy_asked", at=row.asked_at, text=order_reasons(row)[0])
        for row in DestroyOrder.objects.filter(agency_code=code)
    ]
    agency = agency_by_code(code)
    if agency.state_reason and agency.state_since:
        state = f"agency.{agency.state}"
        found.append(ActReason(action=state, at=agency.state_since, text=agency.state_reason))
    return found
