"""Make the workspaces that tests and measurements begin with, in one call."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, connection

from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.provisioning import agency_record, agency_resume
from tenants.fleet.services.schema_template import template_version
from tenants.fleet.types import WorkspaceOrder
from tenants.models import Agency


def agency_create(*, info: AgencyInfo, actor: Actor, order: WorkspaceOrder | None = None) -> Agency:
    """Record an agency and carry it through every step. Raises ``AgencyCodeTaken``."""
    return agency_resume(agency=agency_record(info=info, actor=actor), actor=actor, order=order)


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
    template_version()
    failed: dict[str, str] = {}

    def create(share: Sequence[AgencyInfo]) -> None:
        try:
            for info in share:
                try:
                    agency_resume(
                        agency=Agency.objects.filter(code=info.code).first()
                        or agency_record(info=info, actor=actor),
                        actor=actor,
                    )
                except (DomainError, DatabaseError) as error:
                    failed[info.code] = f"{type(error).__name__}: {error}"
                tell(info.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=connections) as pool:
        for done in [
            pool.submit(create, share)
            for share in [infos[number::connections] for number in range(connections)]
        ]:
            done.result()
    return failed
