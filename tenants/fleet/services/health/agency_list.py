"""The list of all agencies with their usage and health."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from shared.kernel import clock
from shared.kernel.text import search_key, search_words
from tenants.agencies.selectors import (
    agencies_including_destroyed,
    agency_by_code,
    agency_info,
    agency_list,
)
from tenants.agencies.types import AgencyInfo
from tenants.billing.enums import BillingStatus
from tenants.billing.permissions.entitlements import GRACE, billing_status
from tenants.fleet.enums import FleetOrder, HealthIssue
from tenants.fleet.types import AgencyHealth, FleetQuery
from tenants.isolation.cluster import unreachable_schemas
from tenants.isolation.schema_versions import code_version
from tenants.models import Agency, AgencyUsage
from tenants.models.enums import AgencyState

# Usage is measured each hour; an agency without a measurement for three hours has a problem.
STALE = timedelta(hours=3)

_ORDERS: dict[FleetOrder, tuple[str, ...]] = {
    FleetOrder.CODE: ("code",),
    FleetOrder.OPEN: ("-open_cases", "code"),
    FleetOrder.LATE: ("-late_cases", "code"),
    FleetOrder.STAFF: ("-staff", "code"),
    FleetOrder.STORAGE: ("-file_bytes", "code"),
    FleetOrder.LETTERS: ("-mails_failing", "code"),
    FleetOrder.MEASURED: ("measured_at", "code"),
}


def fleet(*, query: FleetQuery) -> QuerySet[Agency]:
    """Return the agencies that match the filters of a query, sorted by the query's order."""
    rows = agencies_including_destroyed()
    if query.text:
        rows = rows.filter(pk__in=_named(rows, query.text))
    if query.state:
        rows = rows.filter(state=query.state)
    if query.billing_state:
        rows = rows.filter(_has_status(query.billing_state, clock.today()))
    if query.is_unhealthy:
        rows = rows.filter(_unhealthy())
    return _ordered(rows, query.order)


def fleet_health(*, agencies: Sequence[Agency]) -> list[AgencyHealth]:
    """Return the usage and health of these agencies with one query."""
    usages = AgencyUsage.objects.in_bulk([agency.pk for agency in agencies])
    return [_health(agency, usages.get(agency.pk)) for agency in agencies]


def agency_health(*, code: str) -> AgencyHealth:
    """Return the usage and health of one agency. Raises ``AgencyNotFound``."""
    return fleet_health(agencies=[agency_by_code(code)])[0]


def agencies_unreachable() -> list[AgencyInfo]:
    """Return the agencies whose node of the cluster does not answer, sorted by code."""
    unreachable = unreachable_schemas()
    if not unreachable:
        return []
    return [
        agency_info(one)
        for one in agency_list().filter(schema_name__in=unreachable).order_by("code")
    ]


def _named(rows: QuerySet[Agency], text: str) -> list[int]:
    """Return the ids of agencies whose code or names contain every word of a text.

    Words are compared in Python, because the database does not ignore accents and variants of
    Arabic letters.
    """
    words = search_words(text)
    return [
        pk
        for pk, *texts in rows.order_by().values_list("pk", "code", "name_ar", "name_fr", "name_en")
        if words and all(word in " ".join(map(_name_key, texts)) for word in words)
    ]


# Without this cache each search would compute the search keys of all agencies' names again.
_name_key = lru_cache(maxsize=16_384)(search_key)


def _ordered(rows: QuerySet[Agency], order: FleetOrder) -> QuerySet[Agency]:
    # Agencies without a measurement come last in descending order, and first in ascending order.
    for name in {one.removeprefix("-") for one in _ORDERS[order]} - {"code"}:
        rows = rows.annotate(
            **{name: Subquery(AgencyUsage.objects.filter(agency=OuterRef("pk")).values(name)[:1])}
        )
    return rows.order_by(
        *[
            F(one[1:]).desc(nulls_last=True)
            if one.startswith("-")
            else F(one).asc(nulls_first=True)
            for one in _ORDERS[order]
        ]
    )


def _has_status(stands: BillingStatus, today: date) -> Q:
    own = Q(taken_over_at=None)
    working = own & Q(state=AgencyState.ACTIVE)
    last = today - GRACE
    return {
        BillingStatus.TAKEN_OVER: Q(taken_over_at__isnull=False),
        BillingStatus.SUSPENDED: own & Q(state=AgencyState.SUSPENDED),
        BillingStatus.ARCHIVED: own & Q(state=AgencyState.ARCHIVED),
        BillingStatus.PAID: working & Q(owes_since=None),
        BillingStatus.GRACE: working & Q(owes_since__gt=last),
        BillingStatus.LIMITED: working & Q(owes_since__lte=last),
    }[stands]


def _unhealthy() -> Q:
    usages = AgencyUsage.objects.filter(agency=OuterRef("pk"))
    fresh = usages.filter(measured_at__gte=clock.now() - STALE)
    closed = Q(state__in=(AgencyState.SUSPENDED, AgencyState.ARCHIVED), taken_over_at=None)
    return ~Q(state=AgencyState.DESTROYED) & (
        ~Q(version=code_version().fingerprint)
        | Q(Exists(usages.filter(Q(mails_failing__gt=0) | Q(mails_failed__gt=0))))
        | Q(Exists(usages.filter(files_missing__gt=0)))
        | ~Q(Exists(fresh))
        | (Q(state=AgencyState.ACTIVE) & Q(Exists(usages.filter(staff=0))))
        | (
            Q(state=AgencyState.ACTIVE, taken_over_at=None)
            & Q(Exists(usages.filter(staff__gt=0, administrators=0)))
        )
        | (closed & Q(Exists(usages.filter(open_cases__gt=0))))
    )


def _health(agency: Agency, usage: AgencyUsage | None) -> AgencyHealth:
    is_known = agency.state in (AgencyState.ACTIVE, AgencyState.SUSPENDED, AgencyState.ARCHIVED)
    return AgencyHealth(
        agency=agency_info(agency),
        state=AgencyState(agency.state),
        state_since=agency.state_since,
        billing_state=billing_status(agency, today=clock.today()) if is_known else None,
        taken_over_at=agency.taken_over_at,
        owes_since=agency.owes_since,
        successor_code=agency.successor_code,
        is_current=agency.version == code_version().fingerprint,
        staff=usage.staff if usage else None,
        open_cases=usage.open_cases if usage else None,
        late_cases=usage.late_cases if usage else None,
        file_bytes=usage.file_bytes if usage else None,
        mails_waiting=usage.mails_waiting if usage else None,
        mails_failing=usage.mails_failing if usage else None,
        mails_failed=usage.mails_failed if usage else None,
        files_missing=usage.files_missing if usage else None,
        same_officer_decisions=usage.same_officer_decisions if usage else None,
        measured_at=usage.measured_at if usage else None,
        issues=tuple(_health_issues(agency, usage)),
    )


def _health_issues(agency: Agency, usage: AgencyUsage | None) -> Iterable[HealthIssue]:
    if agency.state == AgencyState.DESTROYED:
        return
    if agency.version != code_version().fingerprint:
        yield HealthIssue.BEHIND
    if usage is not None and (usage.mails_failing or usage.mails_failed):
        yield HealthIssue.LETTERS
    if usage is not None and usage.files_missing:
        yield HealthIssue.FILES
    if (
        agency.state != AgencyState.ACTIVE
        and agency.taken_over_at is None
        and usage is not None
        and usage.open_cases
    ):
        yield HealthIssue.UNANSWERED
    if agency.state == AgencyState.ACTIVE and usage is not None:
        yield from _staff_issues(agency, usage)
    if usage is None or usage.measured_at < clock.now() - STALE:
        yield HealthIssue.UNMEASURED


def _staff_issues(agency: Agency, usage: AgencyUsage) -> Iterable[HealthIssue]:
    """Yield the health issue of an active agency without staff or without an administrator.

    During acting administration an agency may lack an administrator. ``usage.administrators`` is
    ``None`` before the first measurement.
    """
    if not usage.staff:
        yield HealthIssue.NOBODY
    elif usage.administrators == 0 and agency.taken_over_at is None:
        yield HealthIssue.NO_ADMINISTRATOR
