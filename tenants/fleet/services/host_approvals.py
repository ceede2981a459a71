"""Changes of an agency's host names; a second person must approve some of the changes."""

from uuid import UUID

from django.db import transaction

from shared.kernel.actors import Actor
from tenants.agencies.selectors import agency_by_code
from tenants.approvals.services import approval_ask, approval_confirm
from tenants.fleet.enums import HostFault
from tenants.fleet.services import hosts
from tenants.fleet.services.lifecycle.administrators import administrators_notify
from tenants.models import Agency, ApprovalRequest, Domain
from tenants.models.enums import ApprovalKind


@transaction.atomic
def host_ask(*, agency_code: str, host: str, is_allowed: bool, reason: str, actor: Actor) -> None:
    """Ask for a second person's approval of an agency's custom host name.

    Raises the errors of ``host_require`` and ``approval_ask``.
    """
    name = hosts.host_require(agency_code=agency_code, host=host, is_allowed=is_allowed)
    approval_ask(
        kind=ApprovalKind.HOST_ADD,
        subject=agency_code,
        arguments={"host": name},
        reason=reason,
        actor=actor,
    )


@transaction.atomic
def host_confirm(
    *, agency_code: str, approval_id: UUID | None, is_allowed: bool, actor: Actor
) -> None:
    """Approve a custom host name that another person asked for, and claim the name.

    Raises the errors of ``approval_confirm`` and ``host_claim``.
    """

    approval_confirm(
        kind=ApprovalKind.HOST_ADD,
        subject=agency_code,
        approval_id=approval_id,
        actor=actor,
        do=lambda found: hosts.host_claim(
            agency_code=agency_code,
            host=found.arguments["host"],
            is_allowed=is_allowed,
            actor=actor,
        ),
    )


def host_check(*, agency_code: str, host: str, actor: Actor) -> HostFault | None:
    """Check in the DNS where an approved host name leads, and return the fault, if any.

    Without a fault the host name is put in use, and the agency's administrators are notified.

    Raises the errors of ``host_lookup``.
    """
    if (fault := hosts.host_lookup(agency_code=agency_code, host=host, actor=actor)) is None:
        agency = agency_by_code(agency_code)
        _notify(agency, "host_added", old=_main(agency), new=host)
    return fault


@transaction.atomic
def host_primary_ask(*, agency_code: str, host: str, reason: str, actor: Actor) -> None:
    """Ask for a second person's approval of another main host name for an agency.

    Raises ``HostNotFound`` and the errors of ``approval_ask``.
    """
    hosts.host_locked(agency_by_code(agency_code), host)
    approval_ask(
        kind=ApprovalKind.HOST_PRIMARY,
        subject=agency_code,
        arguments={"host": host},
        reason=reason,
        actor=actor,
    )


@transaction.atomic
def host_primary_confirm(*, agency_code: str, approval_id: UUID | None, actor: Actor) -> None:
    """Approve another main host name that another person asked for.

    Raises the errors of ``approval_confirm``, and ``HostNotFound`` if the agency no longer has the
    host name.
    """

    def make_primary(found: ApprovalRequest) -> None:
        agency, host = agency_by_code(agency_code), found.arguments["host"]
        # The e-mail is queued before the change, because its links must lead to the old host name,
        # which administrators know.
        _notify(agency, "host_primary", old=_main(agency), new=host, reason=found.reason)
        hosts.host_make_primary(agency_code=agency_code, host=host, actor=actor)

    approval_confirm(
        kind=ApprovalKind.HOST_PRIMARY,
        subject=agency_code,
        approval_id=approval_id,
        actor=actor,
        do=make_primary,
    )


@transaction.atomic
def host_release(*, agency_code: str, host: str, actor: Actor) -> None:
    """Remove a custom host name of an agency. Raises ``HostNotFound``."""
    agency = agency_by_code(agency_code)
    was_answered = Domain.objects.filter(tenant=agency, domain=host).exists()
    hosts.host_remove(agency_code=agency_code, host=host, actor=actor)
    if was_answered:
        _notify(agency, "host_released", old=host, new=_main(agency))


def _main(agency: Agency) -> str:
    return (
        Domain.objects.filter(tenant=agency, is_primary=True)
        .values_list("domain", flat=True)
        .first()
        or ""
    )


def _notify(agency: Agency, what: str, *, old: str, new: str, reason: str = "") -> None:
    administrators_notify(agency=agency, what=what, reason=reason, hosts=(old, new))
