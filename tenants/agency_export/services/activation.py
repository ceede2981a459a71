"""The last step of a restore: host, organisations and state, by the operator's decision.

The export decides none of these points, because anybody could have encrypted the export.
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
    """Require that no other agency has or has claimed the host. Raises ``ExportCollision``."""
    if Domain.objects.filter(domain=host).exclude(tenant=known).exists():
        raise ExportCollision(f"the host {host} leads elsewhere")
    if HostClaim.objects.filter(host=host).exclude(agency=known).exists():
        raise ExportCollision(f"another agency has asked for the host {host}")


def host_hold(*, agency: Agency, host: str) -> None:
    """Claim a custom host, so that no other agency gets the host during the restore.

    Raises ``ExportCollision``.
    """
    if is_portal_host(host):
        # The portal's host follows from the agency's code, and cannot be claimed.
        return
    claim, _made = HostClaim.objects.get_or_create(
        host=host, defaults={"agency": agency, "asked_at": clock.now()}
    )
    if claim.agency_id != agency.pk:
        raise ExportCollision(f"another agency has asked for the host {host}")


def host_give(*, agency: Agency, host: str) -> None:
    """Assign the console's host name to the agency. Raises ``ExportCollision``."""
    HostClaim.objects.filter(agency=agency, host=host).delete()
    domain, _made = Domain.objects.get_or_create(
        domain=host, defaults={"tenant": agency, "site": Site.AGENCY, "is_primary": True}
    )
    if domain.tenant_id != agency.pk:
        raise ExportCollision(f"the host {host} leads elsewhere")


def organisations_take(
    *, agency: Agency, facts: AgencyFacts, order: RestoreOrder, actor: Actor
) -> tuple[list[str], list[str]]:
    """Assign bodies to the restored agency; return the assigned and the refused bodies.

    An export may name any body, for example to get other people's requests. So the agency gets only
    bodies that the operator named, or bodies that already have its code; never a body of an agency
    that is not destroyed. An archived agency gets no body.
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
    """Set the agency's state to the order's state: active, suspended or archived.

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
