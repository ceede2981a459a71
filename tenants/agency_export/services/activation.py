"""The last step of a restore: host, organisations and state, as the operator has decided them.

Nothing of it is read from the export, which anybody could have encrypted.
"""

from shared.directory.models import Organisation
from shared.directory.services.agency_assignment import organisation_assign_agency
from shared.kernel import clock
from shared.kernel.actors import Actor
from tenants.agency_export.errors import ExportCollision
from tenants.agency_export.services.manifest import AgencyFacts
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.fleet.services.hosts import is_portal_host
from tenants.fleet.services.lifecycle.states import agency_archive, agency_suspend
from tenants.models import Agency, Domain, HostClaim
from tenants.models.enums import AgencyState, ProvisioningStep, Site


def host_require_free(*, host: str, known: Agency | None) -> None:
    """Require that nobody else has the host or has asked for it. Raises ``ExportCollision``."""
    if Domain.objects.filter(domain=host).exclude(tenant=known).exists():
        raise ExportCollision(f"the host {host} leads elsewhere")
    if HostClaim.objects.filter(host=host).exclude(agency=known).exists():
        raise ExportCollision(f"another agency has asked for the host {host}")


def host_hold(*, agency: Agency, host: str) -> None:
    """Ask for a host of its own, so that nobody else gets it while the rows are written.

    Raises ``ExportCollision``.
    """
    if is_portal_host(host):
        # Follows from its code, and cannot be asked for.
        return
    claim, _made = HostClaim.objects.get_or_create(
        host=host, defaults={"agency": agency, "asked_at": clock.now()}
    )
    if claim.agency_id != agency.pk:
        raise ExportCollision(f"another agency has asked for the host {host}")


def host_give(*, agency: Agency, host: str) -> None:
    """Give the agency the host of its console. Raises ``ExportCollision``."""
    HostClaim.objects.filter(agency=agency, host=host).delete()
    domain, _made = Domain.objects.get_or_create(
        domain=host, defaults={"tenant": agency, "site": Site.AGENCY, "is_primary": True}
    )
    if domain.tenant_id != agency.pk:
        raise ExportCollision(f"the host {host} leads elsewhere")


def organisations_take(
    *, agency: Agency, facts: AgencyFacts, order: RestoreOrder, actor: Actor
) -> tuple[list[str], list[str]]:
    """Let it answer for bodies again; returns those that it took and those that it did not.

    Who leaves can write any body into an export, and get other people's requests by it. So it takes
    what the operator told, or else those that stand under its code here; never one for which a
    living agency answers, and an archived one takes none.
    """
    asked = facts.organisations if order.bodies is None else order.bodies
    rows = Organisation.objects.filter(code__in=asked, is_active=True).order_by("code")
    if order.bodies is None:
        rows = rows.filter(agency_code=agency.code)
    rows = rows.exclude(
        agency_code__in=Agency.objects.exclude(state=AgencyState.DESTROYED)
        .exclude(pk=agency.pk)
        .values("code")
    )
    taken = [] if order.state == AgencyState.ARCHIVED else list(rows.values_list("code", flat=True))
    for code in taken:
        organisation_assign_agency(organisation_code=code, agency_code=agency.code, actor=actor)
    return taken, sorted({*facts.organisations, *asked} - set(taken))


def agency_state_set(*, agency: Agency, order: RestoreOrder, actor: Actor) -> None:
    """Open it; then oversight's own acts close it again, if that was said, by their own rules.

    Raises ``SuccessorUnfit``, ``NoSuccessor``, ``CasesNeedActingOfficers``.
    """
    Agency.objects.filter(pk=agency.pk).update(
        step=ProvisioningStep.READY,
        state=AgencyState.ACTIVE,
        state_reason="",
        state_since=None,
        successor_code="",
        passed_on=None,
    )
    if order.state == AgencyState.SUSPENDED:
        agency_suspend(agency_code=agency.code, reason=order.reason, actor=actor)
    if order.state == AgencyState.ARCHIVED:
        agency_archive(
            agency_code=agency.code,
            reason=order.reason,
            successor_code=order.successor,
            actor=actor,
        )
    agency.refresh_from_db()
