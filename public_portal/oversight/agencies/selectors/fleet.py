"""Queries for the list of agencies, and for the figures above the list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _, pgettext

from public_portal.oversight.agencies.types import FleetHead, FleetRow, HealthFigure
from shared.ui.dates import moment_text
from shared.ui.types import Tone
from tenants.billing.enums import EventState, PlanKind
from tenants.billing.models import StripeEvent, Subscription
from tenants.billing.selectors import plan_free
from tenants.fleet.services.health.agency_list import fleet_health
from tenants.fleet.services.health.summary import health_summary
from tenants.fleet.types import HealthSummary
from tenants.models import Agency
from tenants.models.enums import AgencyState

# Events reach the register every two seconds; with a delay of a minute, the task has stopped.
LATE_REGISTER = 60


def fleet_rows(*, agencies: Sequence[Agency]) -> list[FleetRow]:
    """Return the rows of one page of the list of agencies; two queries."""
    seats = seats_of([agency.code for agency in agencies])
    return [
        FleetRow(health=one, seats=seats.get(one.agency.code))
        for one in fleet_health(agencies=agencies)
    ]


def seats_of(codes: Sequence[str]) -> dict[str, int | None]:
    """Return how many seats each agency has; ``None`` without limit."""
    free: int | None = plan_free().seats
    seats: dict[str, int | None] = dict.fromkeys(codes, free)
    for row in Subscription.objects.filter(agency__code__in=codes).select_related("plan", "agency"):
        # The same rule as in tenants.billing.selectors.seat_limit, in one query for all agencies.
        is_paid_by_seat = row.plan.kind == PlanKind.SEATS
        paid = row.seats if row.seats is not None else free
        seats[row.agency.code] = paid if is_paid_by_seat else row.plan.seats
    return seats


def fleet_top() -> FleetHead:
    """Return the figures above the list of agencies."""
    health = health_summary()
    states = tuple(
        HealthFigure(value=str(count), label=str(AgencyState(state).plural_label))
        for state, count in health.states
    )
    taken = HealthFigure(
        value=str(health.taken_over), label=pgettext("several workspaces", "Taken over")
    )
    dead = StripeEvent.objects.filter(state=EventState.DEAD).count()
    return FleetHead(
        health=health,
        states=(*states, taken),
        machine=tuple(_machine(health, dead)),
    )


def _machine(health: HealthSummary, dead: int) -> Iterable[HealthFigure]:
    lag = round(health.register_lag_seconds)
    yield HealthFigure(
        value=str(health.workers),
        label=_("Background processes that run"),
        tone=_bad_if(not health.workers),
    )
    yield HealthFigure(value=str(health.tasks_waiting), label=_("Tasks in the queue"))
    yield HealthFigure(value=str(health.jobs_waiting), label=_("Jobs waiting or running"))
    yield _warned(health.jobs_failed, _("Jobs stopped by an error"))
    yield HealthFigure(
        value=_("%(count)d s") % {"count": lag},
        label=_("Delay of the statistics"),
        tone=_bad_if(lag > LATE_REGISTER),
    )
    yield from _held(health)
    yield _warned(
        health.register_set_aside, _("Events left out of the figures because of an error")
    )
    yield _warned(health.mails_failing, _("E-mails that are not sent"))
    yield _warned(health.mail.failed, _("E-mails that could not be delivered"))
    yield _warned(health.files_missing, _("Files missing from the storage"))
    yield _warned(health.behind, _("Administrations whose database is out of date"))
    yield HealthFigure(
        value=str(health.guessing.lately),
        label=_("Failed searches by reference in the last minute"),
        tone=_bad_if(health.guessing.is_now),
    )
    yield _warned(dead, _("Events from Stripe that failed"))
    for one in health.zone_differences:
        yield HealthFigure(
            value=moment_text(one.since), label=str(one.source.label), tone=Tone.WARN
        )


def _held(health: HealthSummary) -> Iterable[HealthFigure]:
    held = health.held
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
