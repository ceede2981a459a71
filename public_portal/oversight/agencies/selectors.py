"""What the pages of workspaces and of the work on them show."""

from collections.abc import Sequence
from typing import TypedDict, cast

from django.forms import model_to_dict

from public_portal.oversight.agencies.types import (
    ActReason,
    Bill,
    BulkLine,
    FleetRow,
    JobLine,
    WorkspaceDetail,
)
from shared.audit.models import AuditEntry
from shared.audit.selectors import audit_entries_about
from shared.directory.selectors.organisations import (
    organisation_names,
    organisations_below,
    organisations_of_agency,
)
from shared.jobs.enums import JobKind, JobState
from shared.jobs.models import Job
from shared.jobs.presenters import TONES, kind_text
from shared.jobs.selectors import job_summary_of, jobs_recent
from shared.jobs.types import JobSummary
from shared.ui.links import host_url, page_language
from shared.ui.messages import code_message
from tenants.agencies.selectors import agencies_by_code, agency_by_code, agency_info, agency_list
from tenants.approvals.services import approvals_shown
from tenants.billing.enums import EventState, PlanKind
from tenants.billing.models import StripeEvent, Subscription
from tenants.billing.selectors import (
    events_of,
    invoice_row,
    invoices_of,
    payment_text,
    plan_free,
    plans_offered,
    status_text,
    status_tone,
    subscription_runs,
    subscription_summary,
)
from tenants.billing.services.stripe_client import is_set_up
from tenants.fleet.services.health.agency_list import agency_health, fleet_health
from tenants.fleet.services.health.undelivered_mail import agency_letters_failed
from tenants.fleet.services.hosts import hosts_of
from tenants.fleet.services.lifecycle.selectors import (
    destroy_order_approved,
    destroy_order_summary,
    order_reasons,
    take_over_summary,
)
from tenants.fleet.services.provisioning import host_of
from tenants.fleet.types import BulkFault
from tenants.models import Agency, DestroyOrder, TakeOver
from tenants.models.enums import AgencyState

MAX_HISTORY = 50
# Of a list of all communes 1,503 stand on a page that asks again each second.
MAX_LINES = 100


class JobResults(TypedDict):
    """What has come of a piece of work, where it is about making workspaces."""

    console_url: str
    made: int
    refused_total: int
    refused: list[BulkLine]


def job_lines(jobs: Sequence[Job]) -> list[JobLine]:
    """Rows of the list of long work, in the active language."""
    return [
        JobLine(
            id=job.pk,
            kind=kind_text(job.kind),
            subject=job.subject,
            state=str(JobState(job.state).label),
            tone=TONES[JobState(job.state)],
            asked_by=job.asked_by,
            asked_at=job.created_at,
        )
        for job in jobs
    ]


def job_results(look: JobSummary) -> JobResults:
    """The address of a workspace that was made, or what became of the lines of a list."""
    is_made = look.kind == JobKind.PROVISION and look.state is JobState.DONE
    return JobResults(
        console_url=host_url(host_of(look.subject)) if is_made else "",
        made=int(str(look.result.get("made", 0))),
        refused=lines_refused(look, limit=MAX_LINES),
        refused_total=len(_refused(look)),
    )


def lines_refused(look: JobSummary, *, limit: int | None = None) -> list[BulkLine]:
    """The lines of a list from which no workspace was made, in the active language."""
    return [
        BulkLine(
            line=int(str(one["line"])),
            column="",
            value=str(one["code"]),
            message=code_message(str(one["fault"])),
        )
        for one in _refused(look)[:limit]
    ]


def _refused(look: JobSummary) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], look.result.get("refused", []))


def bulk_lines(faults: Sequence[BulkFault]) -> list[BulkLine]:
    """What is wrong with the lines of a list, in the active language."""
    return [
        BulkLine(line=one.line, column=one.column, value=one.value, message=code_message(one.code))
        for one in faults
    ]


def region_choices() -> list[tuple[str, str]]:
    """The regions with their names in the active language."""
    language = page_language()
    return [
        (region.code, region.name(language))
        for region in organisations_below(kind="region", top="", language=language)
    ]


def dead_letters() -> int:
    """How many messages from Stripe were given up."""
    return StripeEvent.objects.filter(state=EventState.DEAD).count()


def history(*, code: str) -> list[AuditEntry]:
    """The last acts on a workspace, the latest first."""
    return list(audit_entries_about(subject=f"agency {code}").reverse()[:MAX_HISTORY])


def act_reasons(*, code: str) -> list[ActReason]:
    """The reasons of take-overs, of wishes for destruction and of the state as it is."""
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
        found.append(
            ActReason(
                action=f"agency.{agency.state}", at=agency.state_since, text=agency.state_reason
            )
        )
    return found


def fleet_rows(*, agencies: Sequence[Agency]) -> list[FleetRow]:
    """A page of the list; two queries."""
    seats = _seats([agency.code for agency in agencies])
    return [
        FleetRow(health=one, seats=seats.get(one.agency.code))
        for one in fleet_health(agencies=agencies)
    ]


def workspace_detail(*, code: str, reader_id: int) -> WorkspaceDetail:
    """The page of one workspace. Raises ``AgencyNotFound``."""
    agency = agency_by_code(code)
    successor = agencies_by_code(codes=[agency.successor_code]).get(agency.successor_code)
    language = page_language()
    work = _destroying(agency)
    health = agency_health(code=code)
    return WorkspaceDetail(
        health=health,
        seats=_seats([code]).get(code),
        reason=agency.state_reason,
        successor=successor.name(language) if successor else "",
        bodies=_bodies(agency, language),
        hosts=hosts_of(agency=agency),
        take_over=take_over_summary(agency=agency),
        order=destroy_order_summary(agency_code=code, reader_id=reader_id),
        ended=destroy_order_approved(agency_code=code) if work else None,
        job=job_summary_of(work) if work else None,
        is_billed=subscription_runs(agency=agency),
        # Tables that are older than the code are not to be entered.
        letters=(
            tuple(agency_letters_failed(agency=agency))
            if health.mails_failed and health.is_current
            else ()
        ),
        approvals=tuple(approvals_shown(reader_id=reader_id, subject=code)),
        needs_second_step=agency.needs_second_step,
    )


def _destroying(agency: Agency) -> Job | None:
    """The work that destroys it or has destroyed it; not one from before it was restored."""
    is_gone = agency.state == AgencyState.DESTROYED
    over = (JobState.CANCELLED,) if is_gone else (JobState.CANCELLED, JobState.DONE)
    return (
        jobs_recent(kinds=(JobKind.DESTROY,))
        .filter(subject=agency.code)
        .exclude(state__in=over)
        .first()
    )


def agency_names(*, code: str) -> dict[str, str]:
    """What a workspace is called now, under the names of its columns. Raises ``AgencyNotFound``."""
    return model_to_dict(agency_by_code(code), ["name_ar", "name_fr", "name_en"])


def successors(*, code: str) -> list[tuple[str, str]]:
    """Who could answer for an agency's bodies: code and name of each active one but itself."""
    language = page_language()
    return [
        (row.code, agency_info(row).name(language))
        for row in agency_list().filter(state=AgencyState.ACTIVE).exclude(code=code)
    ]


def other_hosts(*, code: str) -> list[tuple[str, str]]:
    """Hosts of an agency that are answered, but for the main one."""
    return [
        (one.name, one.name)
        for one in hosts_of(agency=agency_by_code(code))
        if one.is_answered and not one.is_primary
    ]


def may_have_host(*, code: str) -> bool:
    """Whether an agency's plan has a host name of its own."""
    row = Subscription.objects.filter(agency__code=code).select_related("plan").first()
    return row.plan.has_custom_host if row else plan_free().has_custom_host


def _bodies(agency: Agency, language: str) -> tuple[str, ...]:
    if agency.passed_on is None:
        return tuple(
            body.name(language) for body in organisations_of_agency(agency_code=agency.code)
        )
    return tuple(
        wording.text(language)
        for _code, wording in sorted(organisation_names(codes=agency.passed_on).items())
    )


def _seats(codes: Sequence[str]) -> dict[str, int | None]:
    free: int | None = plan_free().seats
    seats: dict[str, int | None] = dict.fromkeys(codes, free)
    for row in Subscription.objects.filter(agency__code__in=codes).select_related("plan", "agency"):
        # As tenants.billing.selectors.seat_limit says, in one query for a whole page.
        is_paid_by_seat = row.plan.kind == PlanKind.SEATS
        paid = row.seats if row.seats is not None else free
        seats[row.agency.code] = paid if is_paid_by_seat else row.plan.seats
    return seats


def plan_choices() -> list[tuple[str, str]]:
    """The plans that operators give by hand; seats come with their payment."""
    language = page_language()
    return [
        ("", ""),
        *(
            (plan.code, plan.name(language))
            for plan in plans_offered()
            if plan.kind is not PlanKind.SEATS
        ),
    ]


def bill_of(agency: Agency) -> Bill:
    """What an agency may use and pays for."""
    look = subscription_summary(agency)
    return Bill(
        look=look,
        status=status_text(look),
        tone=status_tone(look.status),
        payment=payment_text(look),
        invoices=tuple(invoice_row(one) for one in invoices_of(agency)),
        events=tuple(events_of(agency)),
        is_set_up=is_set_up(),
        runs=subscription_runs(agency=agency),
    )
