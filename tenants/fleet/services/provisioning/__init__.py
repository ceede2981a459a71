"""Creation of workspaces in named steps; a retry continues after the last complete step."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from shared.audit.services import audit_record
from shared.jobs.errors import JobEnded
from shared.jobs.services.job_runner import JobHandle
from shared.kernel.actors import Actor, ActorKind
from shared.kernel.failpoint import failpoint
from tenants.agencies.selectors import NATIONAL_SCHEMA, address_book_clear, agency_info
from tenants.agencies.types import AgencyInfo
from tenants.fleet.errors import AgencyCodeTaken
from tenants.fleet.services.health.usage import usage_measure
from tenants.fleet.services.provisioning.steps import STEPS
from tenants.fleet.services.provisioning.verification import host_of
from tenants.fleet.types import WorkspaceOrder
from tenants.isolation.database_roles import agency_role, agency_role_drop
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import commit_without_disk, sql_run
from tenants.models import Agency, Domain
from tenants.models.enums import AgencyState, ProvisioningStep, Site

__all__ = [
    "actor_of",
    "agency_record",
    "agency_remove",
    "agency_resume",
    "host_of",
    "job_provision",
    "job_unprovision",
    "national_ensure",
    "schema_name_for",
]


def schema_name_for(code: str) -> str:
    """Return the schema name for an agency's code.

    No schema of PostgreSQL itself begins with ``a_``.
    """
    return "a_" + code.replace("-", "_")


@transaction.atomic
def agency_record(*, info: AgencyInfo, actor: Actor) -> Agency:
    """Create the row of an agency before its workspace. Raises ``AgencyCodeTaken``."""
    try:
        with transaction.atomic():
            agency = Agency.objects.create(
                code=info.code,
                schema_name=schema_name_for(info.code),
                name_ar=info.name_ar,
                name_fr=info.name_fr,
                name_en=info.name_en,
            )
    except (IntegrityError, ValidationError):
        raise AgencyCodeTaken(info.code) from None
    audit_record(actor=actor, action="agency.recorded", subject=f"agency {info.code}")
    return agency


def agency_resume(
    *,
    agency: Agency,
    actor: Actor,
    order: WorkspaceOrder | None = None,
    begin: Callable[[str], None] = lambda _step: None,
    require: Callable[[], None] = lambda: None,
) -> Agency:
    """Run the incomplete steps of creating a workspace, and return the agency.

    ``begin`` is called with the name of each step. ``require`` is called in the transaction of each
    step, and may raise an error to stop. Without an ``order`` nobody is invited and no body is
    assigned.
    """
    asked = order or WorkspaceOrder(info=agency_info(agency))
    everything = list(ProvisioningStep)
    for step in everything[everything.index(ProvisioningStep(agency.step)) + 1 :]:
        begin(step.value)
        # The same transaction runs the step and stores it as complete, so an interrupted step is
        # rolled back.
        with as_owner(), transaction.atomic():
            require()
            if step is not everything[-1]:
                # The commit does not wait for the disk, because after a crash the steps are
                # repeated. Only the commit of the last step waits.
                sql_run(f"SET LOCAL synchronous_commit = {commit_without_disk()}")
            STEPS[step](agency, asked, actor)
            agency.step = step
            agency.save(update_fields=["step", "state", "version"])
            failpoint(f"{step}:before")
        failpoint(f"{step}:after")
    address_book_clear()
    usage_measure(agency=agency)
    return agency


@transaction.atomic
def agency_remove(*, agency: Agency, actor: Actor) -> None:
    """Remove an incomplete workspace with everything that its steps have created.

    Raises ``JobEnded`` for a ready workspace, because citizens may have filed requests there.
    """
    with as_owner():
        row = Agency.objects.select_for_update().get(pk=agency.pk)
        if row.step == ProvisioningStep.READY:
            raise JobEnded(agency.code)
        name = connection.ops.quote_name(row.schema_name)
        # With a time limit the same statement would fail at each try.
        sql_run("SET LOCAL statement_timeout = 0")
        sql_run(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        if agency_role(schema_name=row.schema_name):
            agency_role_drop(schema_name=row.schema_name)
        Domain.objects.filter(tenant=row).delete()
        Agency.objects.filter(pk=row.pk).delete()
        audit_record(actor=actor, action="agency.taken_back", subject=f"agency {row.code}")
    address_book_clear()


def job_provision(handle: JobHandle) -> None:
    """Create the workspace of a job, or continue the creation after an interruption."""
    order = WorkspaceOrder.from_arguments(handle.arguments)
    actor = actor_of(handle)
    agency_resume(
        agency=_recorded(handle, order, actor),
        actor=actor,
        order=order,
        begin=handle.step,
        require=handle.require,
    )


def job_unprovision(handle: JobHandle) -> None:
    """Remove the workspace of a cancelled job. Raises ``JobEnded`` for a ready workspace."""
    with transaction.atomic():
        handle.require()
        if (agency := Agency.objects.filter(pk=handle.result.get("agency_id")).first()) is not None:
            agency_remove(agency=agency, actor=actor_of(handle))


def actor_of(handle: JobHandle) -> Actor:
    """Return the actor of a job: the person who requested it, or the system."""
    return Actor(
        kind=ActorKind.OVERSIGHT if handle.asked_by_id else ActorKind.SYSTEM,
        label=handle.asked_by,
        user_id=handle.asked_by_id,
    )


def _recorded(handle: JobHandle, order: WorkspaceOrder, actor: Actor) -> Agency:
    """Return the agency row of this job. Raises ``AgencyCodeTaken`` if another row has the code."""
    if (known := Agency.objects.filter(pk=handle.result.get("agency_id")).first()) is not None:
        return known
    handle.step(ProvisioningStep.RECORDED.value)
    with transaction.atomic():
        handle.require()
        agency = agency_record(info=order.info, actor=actor)
        # The same transaction stores the agency and its id in the job. Without the id a process
        # that continues the job after a crash could not find the agency.
        handle.keep(agency_id=agency.pk, agency_code=agency.code)
        failpoint(f"{ProvisioningStep.RECORDED}:before")
    failpoint(f"{ProvisioningStep.RECORDED}:after")
    return agency


def national_ensure() -> None:
    """Create the ``Agency`` row of the public schema, and the host names of portal and oversight.

    The call may be repeated.
    """
    national, _made = Agency.objects.get_or_create(
        schema_name=NATIONAL_SCHEMA,
        defaults={
            "code": "national",
            "name_ar": "إنصاف",
            "name_fr": "Insaf",
            "name_en": "Insaf",
            "state": AgencyState.ACTIVE,
            "step": ProvisioningStep.READY,
        },
    )
    hosts = {
        settings.BASE_DOMAIN: Site.CITIZENS,
        f"oversight.{settings.BASE_DOMAIN}": Site.OVERSIGHT,
    }
    if settings.DEMO:
        # The demonstration also answers on an IP address, because some computers cannot resolve
        # *.localhost.
        hosts["127.0.0.1"] = Site.CITIZENS
    for host, site in hosts.items():
        Domain.objects.get_or_create(
            domain=host,
            defaults={"tenant": national, "site": site, "is_primary": site == Site.CITIZENS},
        )
