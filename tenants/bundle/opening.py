"""The last of a restoring: host, bodies and state, as they were as far as they are free."""

from django.db.models import Q

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


def bodies_take(*, agency: Agency, codes: list[str], actor: Actor) -> list[str]:
    """Let it answer for its bodies again; returns those that another agency answers for now.

    A body that this installation does not know is left out as well.
    """
    living = Agency.objects.exclude(state=AgencyState.DESTROYED).exclude(pk=agency.pk)
    held = Q(agency_code__in=living.values("code"))
    rows = Organisation.objects.filter(code__in=codes, is_active=True)
    free = list(rows.exclude(held).order_by("code").values_list("code", flat=True))
    for code in free:
        organisation_assign_agency(organisation_code=code, agency_code=agency.code, actor=actor)
    return sorted(set(codes) - set(free))


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
