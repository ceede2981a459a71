"""Custom host names of agencies: claimed, checked in the DNS, then put in use.

Host names are only resolved in the DNS. Nothing is fetched from a host name, so that nobody can
make this server send a request to another server.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, TimeoutError as LookupTimeout

from django.conf import settings
from django.db import transaction

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.selectors import first_or_refuse
from shared.rows.services import written_or_refuse
from tenants.agencies.selectors import address_book_clear, agency_by_code
from tenants.billing.enums import Capability
from tenants.billing.permissions.entitlements import require
from tenants.fleet.enums import HostFault
from tenants.fleet.errors import (
    CustomHostNotInPlan,
    HostInvalid,
    HostNotFound,
    HostOfThePortal,
    HostTaken,
)
from tenants.fleet.types import HostSummary
from tenants.models import Agency, Domain, HostClaim
from tenants.models.enums import Site

# Without this limit a name server that does not answer could block a thread for half a minute.
LOOKUP_SECONDS = 5.0
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@transaction.atomic
def host_claim(*, agency_code: str, host: str, is_allowed: bool, actor: Actor) -> HostClaim:
    """Store an agency's claim on a host name; ``host_lookup`` can then put the name in use.

    ``is_allowed`` says whether the agency's plan includes custom host names. Raises
    ``CustomHostNotInPlan``, ``LimitedUntilPaid``, ``WorkspaceClosed``, ``HostInvalid``,
    ``HostOfThePortal``, ``HostTaken``.
    """
    agency = agency_by_code(agency_code)
    name = host_require(agency_code=agency_code, host=host, is_allowed=is_allowed)
    # If two agencies claim the same name at the same time, the primary key admits one claim.
    claim, _made = HostClaim.objects.get_or_create(
        host=name, defaults={"agency": agency, "asked_at": clock.now()}
    )
    if claim.agency_id != agency.pk:
        raise HostTaken(name)
    audit_record(actor=actor, action="agency.host_claimed", subject=f"agency {agency_code}")
    return claim


def host_require(*, agency_code: str, host: str, is_allowed: bool) -> str:
    """Require that an agency may claim a host name, and return the name in its DNS form.

    Raises the errors of ``host_claim``.
    """
    agency = agency_by_code(agency_code)
    if not is_allowed:
        raise CustomHostNotInPlan(agency_code)
    require(agency, Capability.CUSTOM_HOST, today=clock.today())
    name = host_parse(host)
    if (
        HostClaim.objects.filter(host=name).exclude(agency=agency).exists()
        or Domain.objects.filter(domain=name).exists()
    ):
        raise HostTaken(name)
    return name


def host_lookup(*, agency_code: str, host: str, actor: Actor) -> HostFault | None:
    """Resolve a claimed host name in the DNS, and put a name that leads to the portal in use.

    Returns the fault of any other name. The DNS queries are outside of a transaction, because they
    can take seconds. Raises ``HostNotFound``, ``HostTaken``, ``LimitedUntilPaid``,
    ``WorkspaceClosed``.
    """
    agency = agency_by_code(agency_code)
    if not HostClaim.objects.filter(host=host, agency=agency).exists():
        raise HostNotFound(host)
    require(agency, Capability.CUSTOM_HOST, today=clock.today())
    fault = _fault(host)
    with transaction.atomic():
        claim = first_or_refuse(
            HostClaim.objects.select_for_update().filter(host=host, agency=agency),
            HostNotFound(host),
        )
        if fault is None:
            _give(claim, actor)
        else:
            claim.checked_at, claim.fault = clock.now(), fault
            claim.save(update_fields=["checked_at", "fault"])
    return fault


@transaction.atomic
def host_make_primary(*, agency_code: str, host: str, actor: Actor) -> Domain:
    """Make a host name the agency's main host name. Raises ``HostNotFound``."""
    domain = host_locked(agency_by_code(agency_code), host)
    domain.is_primary = True
    # ``save`` of django-tenants also clears ``is_primary`` on the agency's other host names.
    domain.save()
    _told(actor, "agency.host_primary", agency_code)
    return domain


@transaction.atomic
def host_remove(*, agency_code: str, host: str, actor: Actor) -> None:
    """Remove an agency's claimed or used custom host name. Raises ``HostNotFound``.

    If the main host name is removed, the host name under the portal's domain becomes the main one.
    """
    agency = agency_by_code(agency_code)
    if not HostClaim.objects.filter(host=host, agency=agency).delete()[0]:
        domain = host_locked(agency, host)
        if is_portal_host(host):
            raise HostNotFound(host)
        was_primary = domain.is_primary
        domain.delete()
        stays = next(
            (
                one
                for one in Domain.objects.filter(tenant=agency).order_by("domain")
                if is_portal_host(one.domain)
            ),
            None,
        )
        if was_primary and stays is not None:
            stays.is_primary = True
            stays.save()
    _told(actor, "agency.host_released", agency_code)


def host_parse(text: str) -> str:
    """Return a host name in its DNS form: lower case, and other scripts encoded in ASCII.

    Raises ``HostInvalid``, ``HostOfThePortal``.
    """
    try:
        name = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise HostInvalid(text, field="host") from None
    labels = name.split(".")
    is_name = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    if not is_name or len(name) > 253 or labels[-1].isdecimal() or _is_address(name):
        raise HostInvalid(text, field="host")
    if is_portal_host(name):
        raise HostOfThePortal(text, field="host")
    return name


def is_portal_host(host: str) -> bool:
    """Return whether a host name is the portal's domain or a subdomain of the portal's domain."""
    return f".{host}".endswith(f".{settings.BASE_DOMAIN}")


def hosts_of(*, agency: Agency) -> tuple[HostSummary, ...]:
    """Return an agency's host names in use, with the main one first, then the claimed names."""
    given = [
        HostSummary(
            name=row.domain,
            is_answered=True,
            is_primary=row.is_primary,
            is_own=not is_portal_host(row.domain),
        )
        for row in Domain.objects.filter(tenant=agency).order_by("-is_primary", "domain")
    ]
    waiting = [
        HostSummary(
            name=row.host,
            is_answered=False,
            asked_at=row.asked_at,
            checked_at=row.checked_at,
            fault=HostFault(row.fault) if row.fault else None,
        )
        for row in HostClaim.objects.filter(agency=agency).order_by("host")
    ]
    return (*given, *waiting)


def custom_hosts() -> Iterable[tuple[str, str]]:
    """Return pairs of a custom host name in use and its agency's code, sorted by host name."""
    return [
        (row.domain, row.tenant.code)
        for row in Domain.objects.filter(site=Site.AGENCY)
        .select_related("tenant")
        .order_by("domain")
        if not is_portal_host(row.domain)
    ]


def _give(claim: HostClaim, actor: Actor) -> None:
    with written_or_refuse(HostTaken(claim.host)):
        # The unique key of the table is the check, because another agency could get the name
        # between a query and the write.
        Domain.objects.create(
            domain=claim.host, tenant=claim.agency, site=Site.AGENCY, is_primary=False
        )
    claim.delete()
    _told(actor, "agency.host_given", claim.agency.code)


def _told(actor: Actor, action: str, agency_code: str) -> None:
    audit_record(actor=actor, action=action, subject=f"agency {agency_code}")
    transaction.on_commit(address_book_clear)


def host_locked(agency: Agency, host: str) -> Domain:
    """Return a host name that the agency uses, with its row locked. Raises ``HostNotFound``."""
    return first_or_refuse(
        Domain.objects.select_for_update().filter(tenant=agency, domain=host), HostNotFound(host)
    )


def _fault(host: str) -> HostFault | None:
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        theirs, ours = (
            one.result(timeout=LOOKUP_SECONDS)
            for one in [pool.submit(_addresses, name) for name in (host, settings.BASE_DOMAIN)]
        )
    except LookupTimeout:
        return HostFault.NO_ANSWER
    finally:
        # Without ``wait=False`` this call would wait for the name server beyond the time limit.
        pool.shutdown(wait=False)
    if not theirs:
        return HostFault.UNKNOWN
    if not ours:
        return HostFault.NO_ANSWER
    # Every address must be the portal's, or some people would type their password elsewhere.
    return None if theirs <= ours else HostFault.ELSEWHERE


def _addresses(host: str) -> frozenset[str]:
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
        return frozenset(str(address[0]) for *_kind, address in found)
    except (OSError, UnicodeError):
        return frozenset()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
