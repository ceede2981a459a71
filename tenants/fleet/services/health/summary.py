"""A summary of the health of all agencies, for a page of national oversight and for monitoring."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from shared.jobs.enums import JobState, Queue
from shared.jobs.models import Job, QueuePause, WorkerBeat
from shared.jobs.services.queue_pauses import FAILURES_BEFORE_PAUSE
from shared.jobs.services.task_queue import DEAD_AFTER, tasks_unfinished
from shared.kernel import clock
from shared.kernel.identifiers import moment_of
from shared.kernel.seams import imported, seams
from shared.kernel.ttl_cache import ttl_cached
from shared.limits.selectors import guessing
from shared.mail.selectors import mail_counts
from shared.mail.tasks import deliver_mail
from shared.mail.types import MailHealth
from shared.mail.workflow import LATE
from shared.register.models import RegisterOutbox
from tenants.agencies.selectors import agencies_including_destroyed
from tenants.fleet.types import HealthSummary
from tenants.isolation.schema_switch import national_context
from tenants.isolation.schema_versions import code_version
from tenants.isolation.zone_differences import ZoneDifference, zone_differences
from tenants.models import AgencyUsage, LeakTest
from tenants.models.enums import AgencyState

# The time for which the summary is cached, so that monitoring and pages share one computation.
KEPT_SECONDS = 5.0
# Time zone data is cached for longer, because only an update of a server changes the data.
ZONES_KEPT_SECONDS = 3600.0
FAILED_LATELY = timedelta(days=1)
# A queued e-mail with an older date is ignored, because an agency's role can write any date.
MAX_WAIT = timedelta(days=365)


def _seconds() -> float:
    # Tests set ADDRESS_BOOK_SECONDS to 0, and then the summary must not be cached either.
    return KEPT_SECONDS if settings.ADDRESS_BOOK_SECONDS else 0.0


@ttl_cached(seconds=_seconds)
def health_summary() -> HealthSummary:
    """Return a summary of the health of all workspaces, without personal data.

    The summary is cached for five seconds and needs nine queries.
    """
    at = clock.now()
    states = dict.fromkeys(AgencyState.values, 0)
    behind = Count(
        "pk", filter=(~Q(state=AgencyState.DESTROYED)) & ~Q(version=code_version().fingerprint)
    )
    rows = list(
        agencies_including_destroyed()
        .order_by()
        .values("state")
        .annotate(n=Count("pk"), behind=behind, taken=Count("taken_over_at"))
    )
    states |= {row["state"]: row["n"] for row in rows}
    outbox = _outbox()
    usage = _usage()
    return HealthSummary(
        at=at,
        states=tuple(states.items()),
        taken_over=sum(row["taken"] for row in rows),
        behind=sum(row["behind"] for row in rows),
        **_task_counts(at),
        **_job_counts(),
        register_waiting=outbox["n"],
        register_lag_seconds=max(0.0, (at - (outbox["oldest"] or at)).total_seconds()),
        register_set_aside=outbox["aside"],
        mail=mail_health(),
        mails_failing=usage["mails_failing"] or 0,
        files_missing=usage["files_missing"] or 0,
        measured_since=usage["oldest"],
        workers=WorkerBeat.objects.filter(seen_at__gte=at - DEAD_AFTER).count(),
        **_leak_counts(),
        guessing=guessing(),
        held=imported(seams().held_requests)(),
        zone_differences=zone_health(),
    )


def _job_counts() -> dict[str, Any]:
    jobs = dict(Job.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {
        "jobs_waiting": jobs.get(JobState.QUEUED, 0) + jobs.get(JobState.RUNNING, 0),
        "jobs_failed": jobs.get(JobState.FAILED, 0),
    }


def _zone_seconds() -> float:
    return ZONES_KEPT_SECONDS if settings.ADDRESS_BOOK_SECONDS else 0.0


@ttl_cached(seconds=_zone_seconds)
def zone_health() -> tuple[ZoneDifference, ...]:
    """Return where time zone data differs from the tzdata package, cached for an hour."""
    return zone_differences()


def _leak_counts() -> dict[str, Any]:
    last = LeakTest.objects.order_by("-at").first() or LeakTest(attempts=0, leaked=[])
    return {"leak_at": last.at, "leak_attempts": last.attempts, "leaks": len(last.leaked)}


@ttl_cached(seconds=_seconds)
def mail_health() -> MailHealth:
    """Return the state of e-mail delivery with four short queries, cached for five seconds."""
    at = clock.now()
    tasks = tasks_unfinished(task=deliver_mail, schema_name=None).annotate(
        number=KeyTextTransform("mail_id", KeyTransform("kwargs", "args_kwargs"))
    )
    # The id of an e-mail is a UUID of version 7, which begins with the time of creation. Other ids
    # are ignored, because an agency's role can write any id.
    since = f"{int((at - MAX_WAIT).timestamp() * 1000):012x}"
    known = Q(
        # This pattern matches UUIDs of version 7 before the year 2527.
        number__regex="^0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        number__gte=f"{since[:8]}-{since[8:]}",
    )
    waiting = tasks.aggregate(n=Count("pk"), first=Min("number", filter=known))
    pause = QueuePause.objects.filter(queue_name=Queue.MAIL).first()
    is_paused = pause is not None and pause.failures >= FAILURES_BEFORE_PAUSE
    agencies = AgencyUsage.objects.aggregate(n=Sum("mails_failed"))["n"] or 0
    with national_context():
        own = mail_counts(late_before=at - LATE)
    return MailHealth(
        waiting=waiting["n"],
        oldest_at=min(at, moment_of(UUID(waiting["first"]))) if waiting["first"] else None,
        failed=agencies + own.failed,
        paused_since=pause.failing_since if pause is not None and is_paused else None,
    )


def _outbox() -> dict[str, Any]:
    waits = Q(fault="")
    return RegisterOutbox.objects.aggregate(
        n=Count("pk", filter=waits),
        oldest=Min("at", filter=waits),
        aside=Count("pk", filter=~waits),
    )


def _usage() -> dict[str, Any]:
    """Return sums of all agencies' last measurements, and the time of the oldest measurement.

    Each value of the dict is ``None`` if no agency has been measured.
    """
    sums = {name: Sum(name) for name in ("mails_failing", "files_missing")}
    return AgencyUsage.objects.aggregate(**sums, oldest=Min("measured_at"))


def _task_counts(at: datetime) -> dict[str, Any]:
    # The task library stores a date in the year 9999 for a task that is due at once.
    due = Q(run_after=get_date_max()) | Q(run_after__lte=at)
    return DBTaskResult.objects.aggregate(
        tasks_waiting=Count("pk", filter=Q(status=TaskResultStatus.READY) & due),
        tasks_failed=Count(
            "pk",
            filter=Q(status=TaskResultStatus.FAILED, finished_at__gte=at - FAILED_LATELY),
        ),
    )
