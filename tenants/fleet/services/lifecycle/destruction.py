"""The job that destroys an agency, in steps that are safe to repeat.

If a process is killed, the next process repeats all steps. The agency's row stays as a tombstone,
so that no other agency gets the code. The published figures stay too, because they name no person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from shared.audit.services import audit_record
from shared.complaints.selectors import file_count, file_places, files_unbound
from shared.files.places import EXPORTS
from shared.files.upload_storage import files_delete
from shared.jobs.services.job_runner import JobHandle
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.seams import imported, seams
from shared.mail.models import Mail
from shared.register.services import register_project
from tenants.agencies.selectors import address_book_clear
from tenants.billing.services.plans import subscription_forget
from tenants.case_access.services.tokens import rows_delete
from tenants.fleet.enums import DestroyStep
from tenants.fleet.errors import DestroyOrderNotFound
from tenants.fleet.services.file_places import files_bind
from tenants.fleet.services.lifecycle.agency_row import agency_locked
from tenants.fleet.services.lifecycle.destroy_orders import (
    export_require,
    is_ordered,
    require_empty,
)
from tenants.isolation.database_roles import agency_role_drop
from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.sql import sql_rows, sql_run
from tenants.models import (
    Agency,
    AgencyUsage,
    Arbitration,
    CaseSplit,
    DataVersion,
    DestroyOrder,
    Domain,
    EncryptedParty,
    HostClaim,
    OwnedRoute,
    PrintedCodeAct,
    Review,
    Route,
    SamePersonClaim,
    SubmissionKey,
    TransferOffer,
)
from tenants.models.cases import EmailChange, LinkToken, RouteOpening, TrackingToken
from tenants.models.enums import AgencyState

ROUTES_PER_PAGE = 1_000
# Models with a foreign key to ``Route``.
_POINT_TO_ROUTES = (
    TrackingToken, LinkToken, EmailChange, OwnedRoute, PrintedCodeAct, SubmissionKey, RouteOpening,
)  # fmt: skip


def job_destroy(handle: JobHandle) -> None:
    """Destroy an agency after two people have agreed to the order of destruction.

    Raises ``DestroyOrderNotFound``, ``AgencyStateConflict``, ``AlreadyTakenOver``,
    ``CasesStillOpen``, ``SubscriptionStillRuns`` or ``ExportMissing`` before anything is deleted.
    """
    agency = Agency.objects.get(code=handle.subject)
    if not is_ordered(order_id=UUID(str(handle.arguments["order"])), agency_code=agency.code):
        raise DestroyOrderNotFound(agency.code)
    handle.step(DestroyStep.CLOSE)
    _close(handle, agency)
    _files(handle, agency)
    handle.step(DestroyStep.SCHEMA)
    _schema(handle, agency)
    handle.step(DestroyStep.ROLE)
    with as_owner(), _without_statement_timeout():
        agency_role_drop(schema_name=agency.schema_name)
    _traces(handle, agency)
    audit_record(
        actor=Actor(kind=ActorKind.OVERSIGHT, label=handle.asked_by, user_id=handle.asked_by_id),
        action="agency.destroyed",
        subject=f"agency {agency.code}",
    )


@transaction.atomic
def job_destroy_undo(handle: JobHandle) -> None:
    """Withdraw the order of a cancelled job; the job has deleted nothing."""
    handle.require()
    DestroyOrder.objects.filter(pk=_order(handle).pk).update(withdrawn_at=clock.now())


def _order(handle: JobHandle) -> DestroyOrder:
    return DestroyOrder.objects.get(pk=UUID(str(handle.arguments["order"])))


@transaction.atomic
def _close(handle: JobHandle, agency: Agency) -> None:
    handle.require()
    locked = agency_locked(code=agency.code, states=(AgencyState.ARCHIVED, AgencyState.DESTROYED))
    if locked.state == AgencyState.ARCHIVED:
        # Without this check, a request that a citizen re-opened after the approval would be
        # destroyed without a reply. The lock on the agency's row prevents later re-openings
        # (tenants.case_access.services.routes.agency_hold).
        require_empty(locked)
        if not _order(handle).is_waived:
            export_require(locked)
    # From here on the job cannot be cancelled, because a partly deleted agency cannot be used. A
    # job that the checks above refuse can still be cancelled.
    handle.refuse_cancel()
    Domain.objects.filter(tenant=agency).delete()
    HostClaim.objects.filter(agency=agency).delete()
    Agency.objects.filter(pk=agency.pk).update(state=AgencyState.DESTROYED, state_since=clock.now())
    transaction.on_commit(address_book_clear)


def _files(handle: JobHandle, agency: Agency) -> None:
    handle.step(DestroyStep.FILES)
    if not sql_rows("SELECT FROM pg_namespace WHERE nspname = %s", agency.schema_name):
        return
    with schema_entered(agency.schema_name):
        lists = imported(seams().agency_files)()
        is_unbound = bool(files_unbound())
    if is_unbound:
        # Files without an owner are first moved to their agency, so that no file of another agency
        # is deleted.
        files_bind()
    with schema_entered(agency.schema_name):
        total, pages = file_count() + len(lists), list(file_places())
    handle.progress(0, total=total)
    done = 0
    for places in pages:
        files_delete(places, owner=agency.schema_name)
        done += len(places)
        handle.progress(done)
    files_delete(lists, owner=agency.schema_name, folder=EXPORTS)
    handle.progress(total)


def _schema(handle: JobHandle, agency: Agency) -> None:
    # The agency's last outbox events must be in the register before the schema is deleted.
    while register_project(limit=1_000, is_last=True):
        pass
    with as_owner(), _without_statement_timeout():
        handle.require()
        sql_run(f"DROP SCHEMA IF EXISTS {connection.ops.quote_name(agency.schema_name)} CASCADE")


def _traces(handle: JobHandle, agency: Agency) -> None:
    with _without_statement_timeout():
        total = Route.objects.filter(agency=agency).count()
    handle.step(DestroyStep.TRACES, total=total)
    done, last = 0, ""
    while page := _forget_routes(agency, after=last):
        done, last = done + len(page), page[-1]
        handle.progress(done)
    with _without_statement_timeout():
        handle.require()
        for rows in (
            EncryptedParty.objects.filter(schema_name=agency.schema_name),
            DataVersion.objects.filter(schema_name=agency.schema_name),
            SubmissionKey.objects.filter(schema_name=agency.schema_name),
            AgencyUsage.objects.filter(agency=agency),
            # The tasks of the deleted schema are deleted, because they would fail.
            DBTaskResult.objects.filter(args_kwargs__kwargs___schema=agency.schema_name),
        ):
            rows_delete(rows)
        # Accounting law requires that invoices stay, so only the payer's data is deleted.
        subscription_forget(agency=agency)
        Agency.objects.filter(pk=agency.pk).update(
            version="", passed_on=None, owes_since=None, state_reason=""
        )
    transaction.on_commit(address_book_clear)


def _forget_routes(agency: Agency, *, after: str) -> list[str]:
    """Delete the agency's next routes after the reference ``after``; return their references."""
    with _without_statement_timeout():
        # Without the condition ``pk__gt`` each query would read again the deleted rows of all
        # earlier pages, because no index on the agency exists.
        page = list(
            Route.objects.filter(agency=agency, pk__gt=after)
            .order_by("pk")
            .values_list("pk", flat=True)[:ROUTES_PER_PAGE]
        )
        # Rows with a foreign key to a route are deleted first, because a cascade would search for
        # them once for each route.
        for model in _POINT_TO_ROUTES:
            rows_delete(model._default_manager.filter(route__in=page))
        for side in ("first", "second"):
            rows_delete(SamePersonClaim.objects.filter(**{f"{side}__in": page}))
        # Decisions are found by reference, because a transferred request keeps its decisions. The
        # owner deletes them, because the national role may not delete decisions.
        with as_owner():
            for decided in (Review, TransferOffer, Arbitration):
                rows_delete(decided._default_manager.filter(reference__in=page))
        rows_delete(CaseSplit.objects.filter(part_reference__in=page))
        rows_delete(Mail.objects.filter(reference__in=page))
        rows_delete(Route.objects.filter(pk__in=page))
    return page


@contextmanager
def _without_statement_timeout() -> Iterator[None]:
    # With a time limit the same statement would fail at each try, and the agency would stay partly
    # deleted.
    with transaction.atomic():
        sql_run("SET LOCAL statement_timeout = 0")
        yield
