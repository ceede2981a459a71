"""What is said of workspaces on oversight's pages: figures, and the words of the log."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, pgettext, pgettext_lazy

from public_portal.oversight.agencies.selectors import act_reasons, dead_letters, history
from public_portal.oversight.agencies.types import (
    ActReason,
    FleetHead,
    FleetRow,
    HealthFigure,
    HistoryLine,
)
from shared.audit.models import AuditEntry
from shared.kernel.actors import ActorKind
from shared.ui.dates import moment_text
from shared.ui.spreadsheets import Cell
from shared.ui.types import Tone
from tenants.billing.enums import PaymentChange
from tenants.fleet.services.health.summary import health_summary
from tenants.fleet.types import HealthSummary
from tenants.models.enums import AgencyState

# A register that is read every two seconds and is a minute behind has stopped.
LATE_REGISTER = 60

# An act and its line in the log are written in one transaction.
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
    """The last acts on a workspace in words; one that has none here stays as it is."""
    reasons = act_reasons(code=code)
    return [
        HistoryLine(
            at=entry.at,
            words=str(ACTS.get(entry.action, entry.action)),
            # Nobody's name: the same word in every language of the log.
            by=_("The system") if entry.actor_kind == ActorKind.SYSTEM else entry.actor_label,
            about=entry.subject.removeprefix(f"agency {code}").strip(),
            reason=_reason(entry, reasons),
        )
        for entry in history(code=code)
    ]


def _reason(entry: AuditEntry, reasons: Iterable[ActReason]) -> str:
    return next(
        (
            one.text
            for one in reasons
            if one.action == entry.action and abs(one.at - entry.at) < SAME_MOMENT
        ),
        "",
    )


def fleet_top() -> FleetHead:
    """The figures at the top of the list of agencies."""
    pulse = health_summary()
    states = tuple(
        HealthFigure(value=str(count), label=str(AgencyState(state).plural_label))
        for state, count in pulse.states
    )
    taken = HealthFigure(
        value=str(pulse.taken_over), label=pgettext("several workspaces", "Taken over")
    )
    return FleetHead(
        pulse=pulse, states=(*states, taken), machine=tuple(_machine(pulse, dead_letters()))
    )


def _machine(pulse: HealthSummary, dead: int) -> Iterable[HealthFigure]:
    lag = round(pulse.register_lag_seconds)
    yield HealthFigure(
        value=str(pulse.workers),
        label=_("Background processes that run"),
        tone=_bad_if(not pulse.workers),
    )
    yield HealthFigure(value=str(pulse.tasks_waiting), label=_("Tasks in the queue"))
    yield HealthFigure(value=str(pulse.jobs_waiting), label=_("Jobs waiting or running"))
    yield _warned(pulse.jobs_failed, _("Jobs stopped by an error"))
    yield HealthFigure(
        value=_("%(count)d s") % {"count": lag},
        label=_("Delay of the statistics"),
        tone=_bad_if(lag > LATE_REGISTER),
    )
    yield from _held(pulse)
    yield _warned(pulse.register_set_aside, _("Events left out of the figures because of an error"))
    yield _warned(pulse.mails_failing, _("E-mails that are not sent"))
    yield _warned(pulse.mail.failed, _("E-mails that could not be delivered"))
    yield _warned(pulse.files_missing, _("Files missing from the storage"))
    yield _warned(pulse.behind, _("Administrations whose database is out of date"))
    yield HealthFigure(
        value=str(pulse.guessing.lately),
        label=_("Failed searches by reference in the last minute"),
        tone=_bad_if(pulse.guessing.is_now),
    )
    yield _warned(dead, _("Events from Stripe that failed"))
    for one in pulse.zone_differences:
        yield HealthFigure(
            value=moment_text(one.since), label=str(one.source.label), tone=Tone.WARN
        )


def _held(pulse: HealthSummary) -> Iterable[HealthFigure]:
    held = pulse.held
    waiting = _warned(held.waiting, _("Requests that wait for an administration's server"))
    yield replace(waiting, tone=Tone.BAD) if held.overdue else waiting
    if held.oldest_at:
        yield HealthFigure(
            value=moment_text(held.oldest_at), label=_("The oldest of them was sent")
        )
    yield _warned(held.refused, _("Requests that were kept and then could not be filed"))


def _warned(count: int, label: str) -> HealthFigure:
    return HealthFigure(value=str(count), label=label, tone=Tone.WARN if count else Tone.CALM)


def _bad_if(is_bad: bool) -> Tone:
    return Tone.BAD if is_bad else Tone.CALM


CSV_HEADINGS = (
    "code", "name_ar", "name_fr", "name_en", "state", "standing", "is_current", "staff", "seats",
    "file_bytes", "open_cases", "late_cases", "mails_waiting", "mails_failing", "measured_at",
    "ailments", "files_missing", "mails_failed", "same_officer_decisions",
)  # fmt: skip


def csv_rows(rows: Iterable[FleetRow]) -> Iterable[list[Cell]]:
    """The list for a spreadsheet, in words that programmes read."""
    for row in rows:
        one = row.health
        yield [
            one.agency.code,
            one.agency.name_ar,
            one.agency.name_fr,
            one.agency.name_en,
            one.state.value,
            one.standing.value if one.standing else "",
            int(one.is_current),
            one.staff,
            row.seats,
            one.file_bytes,
            one.open_cases,
            one.late_cases,
            one.mails_waiting,
            one.mails_failing,
            one.measured_at.isoformat() if one.measured_at else "",
            " ".join(ailment.value for ailment in one.ailments),
            one.files_missing,
            one.mails_failed,
            one.same_officer_decisions,
        ]
