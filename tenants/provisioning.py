"""How a workspace comes to be: named steps, each safe to repeat, resumed from the first undone."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from shared.audit.services import audit_record
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from tenants.blueprint import blueprint
from tenants.context import as_owner, schema_entered
from tenants.enums import AgencyState, ProvisioningStep, Site
from tenants.errors import AgencyCodeTaken
from tenants.models import Agency, Domain
from tenants.roles import agency_role_make, agency_role_narrow
from tenants.selectors import NATIONAL_SCHEMA, address_book_forget
from tenants.types import AgencyInfo


def schema_name_for(code: str) -> str:
    """``a_`` and the code with underscores: a prefix that no schema of PostgreSQL's own has."""
    return "a_" + code.replace("-", "_")


def agency_create(*, info: AgencyInfo, actor: Actor) -> Agency:
    """Record an agency and carry it through every step. Raises ``AgencyCodeTaken``."""
    return agency_resume(agency=agency_record(info=info, actor=actor), actor=actor)


def agencies_create(
    *,
    infos: Sequence[AgencyInfo],
    actor: Actor,
    connections: int = 2,
    tell: Callable[[str], None] = lambda _code: None,
) -> dict[str, str]:
    """Many agencies, several at a time; returns why some failed, by code.

    Those that were begun before are carried on from where they stand: a stopped run is repeated.
    ``tell`` hears of each, in whichever thread made it.
    """
    blueprint()
    failed: dict[str, str] = {}

    def create(share: Sequence[AgencyInfo]) -> None:
        try:
            for info in share:
                try:
                    known = Agency.objects.filter(code=info.code).first()
                    agency_resume(
                        agency=known or agency_record(info=info, actor=actor), actor=actor
                    )
                except (DomainError, DatabaseError) as error:
                    failed[info.code] = f"{type(error).__name__}: {error}"
                tell(info.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=connections) as pool:
        shares = [infos[number::connections] for number in range(connections)]
        for done in [pool.submit(create, share) for share in shares]:
            done.result()
    return failed


@transaction.atomic
def agency_record(*, info: AgencyInfo, actor: Actor) -> Agency:
    """Write down that an agency shall have a workspace; nothing of it exists yet."""
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


def agency_resume(*, agency: Agency, actor: Actor) -> Agency:
    """Go on from the last complete step. A creation that died midway ends here as a whole one."""
    order = [step for step in ProvisioningStep if step in (ProvisioningStep.RECORDED, *STEPS)]
    for step in order[order.index(ProvisioningStep(agency.step)) + 1 :]:
        # A step and the record of it are one: what died midway has not happened.
        with as_owner(), transaction.atomic():
            if step is not order[-1]:
                _commit_without_waiting()
            STEPS[step](agency)
            agency.step = step
            agency.save(update_fields=["step", "state", "version"])
    address_book_forget()
    audit_record(actor=actor, action="agency.ready", subject=f"agency {agency.code}")
    return agency


def national_ensure() -> None:
    """The portal's own row and its hosts: citizens and oversight. Safe to repeat."""
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
        # A fresh machine may not resolve *.localhost; the demo answers on the bare address too.
        hosts["127.0.0.1"] = Site.CITIZENS
    for host, site in hosts.items():
        Domain.objects.get_or_create(
            domain=host,
            defaults={"tenant": national, "site": site, "is_primary": site == Site.CITIZENS},
        )


def _commit_without_waiting() -> None:
    # The last step waits for the disk, and with it for all before; a crash in between only means
    # that the creation goes on from an earlier step.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _make_schema(agency: Agency) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(agency.schema_name)}"
        )


def _make_role(agency: Agency) -> None:
    # Before the tables: each that is made afterwards is the role's to use.
    agency_role_make(schema_name=agency.schema_name)


def _make_tables(agency: Agency) -> None:
    version = blueprint()
    with schema_entered(agency.schema_name), connection.cursor() as cursor:
        cursor.execute(version.script)
    agency.version = version.fingerprint
    agency_role_narrow(schema_name=agency.schema_name)


def _give_host(agency: Agency) -> None:
    Domain.objects.get_or_create(
        domain=f"{agency.code}.{settings.BASE_DOMAIN}",
        defaults={"tenant": agency, "site": Site.AGENCY, "is_primary": True},
    )


def _open(agency: Agency) -> None:
    agency.state = AgencyState.ACTIVE


STEPS: dict[ProvisioningStep, Callable[[Agency], None]] = {
    ProvisioningStep.SCHEMA: _make_schema,
    ProvisioningStep.ROLE: _make_role,
    ProvisioningStep.TABLES: _make_tables,
    ProvisioningStep.HOST: _give_host,
    ProvisioningStep.READY: _open,
}
