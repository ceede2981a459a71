"""Application of migrations to each agency in its own transaction, several agencies at a time."""

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event

from django.db import DatabaseError, OperationalError, connection, transaction

from tenants.fleet.services.migrator.agency_groups import (
    codes_unreachable,
    fleet_groups,
    versions_write,
)
from tenants.fleet.services.migrator.record import (
    MigrationPlan,
    SqlStep,
    migration_plan_record,
)
from tenants.isolation.schema_switch import (
    as_owner,
    connection as tenant_connection,
    schema_entered,
)
from tenants.isolation.schema_versions import version_record
from tenants.isolation.sql import commit_without_disk, sql_run
from tenants.models import Agency

CONNECTIONS = 2
# The arbitrary number of the advisory lock that prevents two runs at the same time.
RUN_LOCK = 7_406_351
LOCK_TIMEOUT = "2s"
TRIES = 6
FIRST_PAUSE = 0.1
UNREACHABLE = "its database server does not answer"
RETRYABLE_STATES = frozenset({"55P03", "40P01", "40001"})  # lock, deadlock, serialisation


Outcome = tuple[Agency, str]


class AnotherRun(RuntimeError):
    """The error for a run while another process is migrating the agencies of this database."""


@dataclass(slots=True, kw_only=True)
class Report:
    """The progress and the failures of a migration run."""

    total: int = 0
    migrated: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def fleet_migrate(
    *,
    codes: Collection[str] = (),
    connections: int = CONNECTIONS,
    stop: Event | None = None,
    on_progress: Callable[[Report, str], None] = lambda _report, _code: None,
) -> Report:
    """Migrate all agencies, or the agencies with these ``codes``, and return a report.

    The run continues after a failed agency. An agency whose node does not answer counts as failed.
    When ``stop`` is set, the run ends after the agencies that are being migrated. ``on_progress``
    is called after each agency. Raises ``AnotherRun``, ``MigrationNotAtomic``.
    """
    report, stop = Report(), stop or Event()
    report.failed = dict.fromkeys(codes_unreachable(codes=codes), UNREACHABLE)
    with _only_run():
        groups = fleet_groups(codes=codes)
        report.total = sum(len(group.agencies) for group in groups) + len(report.failed)
        for code in report.failed:
            on_progress(report, code)
        for group in groups:
            recorded_plan = migration_plan_record(canary=group.agencies[0])
            with as_owner():
                version_record(recorded_plan.version)
            for agency, failure in _outcomes(group.agencies, recorded_plan, connections, stop):
                if failure:
                    report.failed[agency.code] = failure
                else:
                    report.migrated.append(agency.code)
                on_progress(report, agency.code)
        versions_write(codes=codes)
    return report


def agency_apply(*, agency: Agency, recorded_plan: MigrationPlan) -> None:
    """Apply a migration plan to an agency in one transaction."""
    with as_owner(), transaction.atomic(), schema_entered(agency.schema_name):
        # The limit is short because other transactions wait while this transaction waits for a
        # lock. The commit does not wait for the disk, because a run after a crash repeats the plan.
        sql_run(
            f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL statement_timeout = 0;"
            f" SET LOCAL synchronous_commit = {commit_without_disk()}"
        )
        for step in recorded_plan.steps:
            if isinstance(step, SqlStep):
                sql_run(step.sql)
            else:
                with connection.schema_editor(atomic=False) as editor:
                    step.operation.database_forwards(step.label, editor, step.before, step.after)
        sql_run(
            "UPDATE public.tenants_agency SET version = %s WHERE id = %s",
            recorded_plan.version.fingerprint,
            agency.pk,
        )


def _outcomes(
    agencies: Sequence[Agency], recorded_plan: MigrationPlan, connections: int, stop: Event
) -> Iterator[Outcome]:
    """Yield each migrated or failed agency with the text of its error, or with an empty text."""
    if connections == 1:
        for agency in agencies:
            if stop.is_set():
                return
            yield agency, _apply_with_retries(agency, recorded_plan, stop)
        return
    done: SimpleQueue[Outcome | None] = SimpleQueue()
    with ThreadPoolExecutor(max_workers=connections) as pool:
        work = [
            pool.submit(_apply_share, agencies[number::connections], recorded_plan, stop, done)
            for number in range(connections)
        ]
        running = connections
        while running:
            if (outcome := done.get()) is None:
                running -= 1
            else:
                yield outcome
    for one in work:
        one.result()


def _apply_share(
    agencies: Sequence[Agency],
    recorded_plan: MigrationPlan,
    stop: Event,
    done: "SimpleQueue[Outcome | None]",
) -> None:
    try:
        for agency in agencies:
            if stop.is_set():
                break
            done.put((agency, _apply_with_retries(agency, recorded_plan, stop)))
    finally:
        connection.close()
        # ``None`` must be sent even after an error, because ``_outcomes`` waits for ``None``.
        done.put(None)


def _apply_with_retries(agency: Agency, recorded_plan: MigrationPlan, stop: Event) -> str:
    """Migrate an agency with retries; return the text of the last error, or an empty text."""
    pause = FIRST_PAUSE
    for number in range(TRIES):
        try:
            agency_apply(agency=agency, recorded_plan=recorded_plan)
        except OperationalError as error:
            if (
                number == TRIES - 1
                or str(getattr(error.__cause__, "pgcode", "")) not in RETRYABLE_STATES
            ):
                return _error_text(error)
            # Another transaction had a lock, so the migration is tried again after a pause. The
            # pause is random so that two threads do not retry at the same time.
            stop.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311
            pause *= 2
        except Exception as error:  # noqa: BLE001, RUF100  # a data migration may raise anything
            return _error_text(error)
        else:
            return ""
    return ""


def _error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"


@contextmanager
def _only_run() -> Iterator[None]:
    # PostgreSQL releases the lock when this separate connection ends, even after a crash of the
    # run.
    with closing(tenant_connection.copy()) as guard:
        with guard.as_owner(), guard.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUN_LOCK])
            if not cursor.fetchone()[0]:
                raise AnotherRun("the agencies of this database are being migrated already")
        try:
            yield
        finally:
            # The lock is released here, because PostgreSQL notices a closed connection only after
            # a moment and would refuse a run that starts before.
            with suppress(DatabaseError), guard.as_owner(), guard.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [RUN_LOCK])
