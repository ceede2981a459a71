"""Queries for the pages of one workspace, and choices of its forms."""

from django.forms import model_to_dict

from public_portal.oversight.agencies.selectors.fleet import seats_of
from public_portal.oversight.agencies.types import Bill, WorkspaceDetail
from shared.directory.selectors.organisations import (
    organisation_names,
    organisations_below,
    organisations_of_agency,
)
from shared.jobs.enums import JobKind, JobState
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary_of, jobs_recent
from shared.ui.links import page_language
from tenants.agencies.selectors import agencies_by_code, agency_by_code, agency_info, agency_list
from tenants.approvals.services import approvals_shown
from tenants.billing.enums import PlanKind
from tenants.billing.models import Subscription
from tenants.billing.selectors import (
    events_of,
    invoice_row,
    invoices_of,
    payment_text,
    plan_free,
    plans_offered,
    status_tone,
    subscription_runs,
    subscription_status_text,
    subscription_summary,
)
from tenants.billing.services.stripe_client import is_set_up
from tenants.fleet.services.health.agency_list import agency_health
from tenants.fleet.services.health.undelivered_mail import agency_letters_failed
from tenants.fleet.services.hosts import hosts_of
from tenants.fleet.services.lifecycle.selectors import (
    acting_administration_summary,
    destroy_order_approved,
    destroy_order_summary,
)
from tenants.models import Agency
from tenants.models.enums import AgencyState


def region_choices() -> list[tuple[str, str]]:
    """Return pairs of a region's code and its name in the active language."""
    language = page_language()
    return [
        (region.code, region.name(language))
        for region in organisations_below(kind="region", top="", language=language)
    ]


def workspace_detail(*, code: str, reader_id: int) -> WorkspaceDetail:
    """Return the data for the page of one workspace. Raises ``AgencyNotFound``."""
    agency = agency_by_code(code)
    successor = agencies_by_code(codes=[agency.successor_code]).get(agency.successor_code)
    language = page_language()
    work = _destroying(agency)
    health = agency_health(code=code)
    return WorkspaceDetail(
        health=health,
        seats=seats_of([code]).get(code),
        reason=agency.state_reason,
        successor=successor.name(language) if successor else "",
        bodies=_bodies(agency, language),
        hosts=hosts_of(agency=agency),
        take_over=acting_administration_summary(agency=agency),
        order=destroy_order_summary(agency_code=code, reader_id=reader_id),
        ended=destroy_order_approved(agency_code=code) if work else None,
        job=job_summary_of(work) if work else None,
        is_billed=subscription_runs(agency=agency),
        # Before a schema is migrated, its tables may lack columns, and a query would fail.
        letters=(
            tuple(agency_letters_failed(agency=agency))
            if health.mails_failed and health.is_current
            else ()
        ),
        approvals=tuple(approvals_shown(reader_id=reader_id, subject=code)),
        needs_second_step=agency.needs_second_step,
    )


def _destroying(agency: Agency) -> Job | None:
    """Return the job that destroys the agency or has destroyed it.

    After a restore of the agency, an older finished job is left out.
    """
    is_gone = agency.state == AgencyState.DESTROYED
    over = (JobState.CANCELLED,) if is_gone else (JobState.CANCELLED, JobState.DONE)
    return (
        jobs_recent(kinds=(JobKind.DESTROY,))
        .filter(subject=agency.code)
        .exclude(state__in=over)
        .first()
    )


def agency_names(*, code: str) -> dict[str, str]:
    """Return a workspace's names, keyed by column name. Raises ``AgencyNotFound``."""
    return model_to_dict(agency_by_code(code), ["name_ar", "name_fr", "name_en"])


def successors(*, code: str) -> list[tuple[str, str]]:
    """Return pairs of code and name of the possible successors: all other active agencies."""
    language = page_language()
    return [
        (row.code, agency_info(row).name(language))
        for row in agency_list().filter(state=AgencyState.ACTIVE).exclude(code=code)
    ]


def other_hosts(*, code: str) -> list[tuple[str, str]]:
    """Return an agency's host names in use, without the main host name, as choices."""
    return [
        (one.name, one.name)
        for one in hosts_of(agency=agency_by_code(code))
        if one.is_answered and not one.is_primary
    ]


def may_have_host(*, code: str) -> bool:
    """Return whether an agency's plan includes a custom host name."""
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


def plan_choices() -> list[tuple[str, str]]:
    """Return the plans that operators can assign, without those whose seats must be paid first."""
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
    """Return the data for the page of an agency's bill."""
    summary = subscription_summary(agency)
    return Bill(
        summary=summary,
        status=subscription_status_text(summary),
        tone=status_tone(summary.status),
        payment=payment_text(summary),
        invoices=tuple(invoice_row(one) for one in invoices_of(agency)),
        events=tuple(events_of(agency)),
        is_set_up=is_set_up(),
        runs=subscription_runs(agency=agency),
    )
