"""The last of a restoring: host, bodies and state, as they were as far as they are free."""

from shared.directory.models import Organisation
from shared.directory.services import organisation_assign_agency
from shared.kernel.actors import Actor
from tenants.bundle.errors import BundleCollision
from tenants.bundle.manifest import AgencyFacts
from tenants.enums import AgencyState, ProvisioningStep, Site
from tenants.models import Agency, Domain

RESTORED_AS_IT_WAS = (AgencyState.SUSPENDED, AgencyState.ARCHIVED)


def host_give(*, agency: Agency, host: str) -> None:
    """The host of its console. Raises ``BundleCollision``."""
    domain, _made = Domain.objects.get_or_create(
        domain=host, defaults={"tenant": agency, "site": Site.AGENCY, "is_primary": True}
    )
    if domain.tenant_id != agency.pk:
        raise BundleCollision(f"the host {host} leads elsewhere")


def bodies_take(
    *, agency: Agency, facts: AgencyFacts, told: list[str] | None, actor: Actor
) -> tuple[list[str], list[str]]:
    """Let it answer for bodies again; returns those that it took and those that it did not.

    Who leaves can write any body into a bundle, and get other people's requests by it. So it takes
    what the operator told, or else those that stand under its code here; never one for which a
    living agency answers, and an archived one takes none.
    """
    asked = facts.organisations if told is None else told
    rows = Organisation.objects.filter(code__in=asked, is_active=True).order_by("code")
    if told is None:
        rows = rows.filter(agency_code=agency.code)
    living = Agency.objects.exclude(state=AgencyState.DESTROYED).exclude(pk=agency.pk)
    rows = rows.exclude(agency_code__in=living.values("code"))
    archived = facts.state == AgencyState.ARCHIVED
    taken = [] if archived else list(rows.values_list("code", flat=True))
    for code in taken:
        organisation_assign_agency(organisation_code=code, agency_code=agency.code, actor=actor)
    return taken, sorted({*facts.organisations, *asked} - set(taken))


def agency_settle(*, agency: Agency, facts: AgencyFacts) -> None:
    """Its state as it was. What it owes and who took it over are matters of this installation."""
    state = facts.state if facts.state in RESTORED_AS_IT_WAS else AgencyState.ACTIVE
    Agency.objects.filter(pk=agency.pk).update(
        step=ProvisioningStep.READY,
        state=state,
        state_reason=facts.state_reason,
        successor_code=facts.successor_code,
        created_at=facts.created_at,
    )
    agency.refresh_from_db()
