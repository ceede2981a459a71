"""Custom host names of agencies: claimed, checked in the DNS, then put in use.

Names are only resolved and nothing is fetched from them, so that nobody can make this server send a
request to another server.
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

# A silent name server must not block a thread of the web process for half a minute.
LOOKUP_SECONDS = 5.0
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@transaction.atomic
def host_claim(*, agency_code: str, host: str, is_allowed: bool, actor: Actor) -> HostClaim:
    """Claim a host name, which is in use once ``host_lookup`` sees that it leads to the portal.

    ``is_allowed``: the agency's plan includes custom host names. Raises ``CustomHostNotInPlan``,
    ``LimitedUntilPaid``, ``WorkspaceClosed``, ``HostInvalid``, ``HostOfThePortal``, ``HostTaken``.
    """
    agency = agency_by_code(agency_code)
    name = host_require(agency_code=agency_code, host=host, is_allowed=is_allowed)
    # When two agencies claim the same name at once, the table's key admits only one agency.
    claim, _made = HostClaim.objects.get_or_create(
        host=name, defaults={"agency": agency, "asked_at": clock.now()}
    )
    if claim.agency_id != agency.pk:
        raise HostTaken(name)
    audit_record(actor=actor, action="agency.host_claimed", subject=f"agency {agency_code}")
    return claim


def host_require(*, agency_code: str, host: str, is_allowed: bool) -> str:
    """Return the name in its DNS form if the agency may claim it. Raises as ``host_claim``."""
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
    """Resolve a name, and put the name in use if it leads to the portal; else return the fault.

    Takes up to five seconds, outside of a transaction. Raises ``HostNotFound``, ``HostTaken``,
    ``LimitedUntilPaid``, ``WorkspaceClosed``.
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
    """Make a host the main one, to which links in e-mails lead. Raises ``HostNotFound``."""
    domain = host_locked(agency_by_code(agency_code), host)
    domain.is_primary = True
    # django-tenants clears ``is_primary`` on the agency's other hosts.
    domain.save()
    _told(actor, "agency.host_primary", agency_code)
    return domain


@transaction.atomic
def host_remove(*, agency_code: str, host: str, actor: Actor) -> None:
    """Remove a custom host name that is in use or only claimed. Raises ``HostNotFound``.

    The host under the portal's domain stays, and becomes the main host again.
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
    """Return a host name in its DNS form: in lower case, other scripts in their ASCII form.

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
    """Return whether a name is the portal's own domain or a name under that domain."""
    return f".{host}".endswith(f".{settings.BASE_DOMAIN}")


def hosts_of(*, agency: Agency) -> tuple[HostSummary, ...]:
    """Return an agency's hosts, the main host first, then its claims, with two queries."""
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
    """Return the custom host names in use with their agency's code, sorted by name."""
    return [
        (row.domain, row.tenant.code)
        for row in Domain.objects.filter(site=Site.AGENCY)
        .select_related("tenant")
        .order_by("domain")
        if not is_portal_host(row.domain)
    ]


def _give(claim: HostClaim, actor: Actor) -> None:
    with written_or_refuse(HostTaken(claim.host)):
        # A check before would be useless: another agency could get the name before the write.
        Domain.objects.create(
            domain=claim.host, tenant=claim.agency, site=Site.AGENCY, is_primary=False
        )
    claim.delete()
    _told(actor, "agency.host_given", claim.agency.code)


def _told(actor: Actor, action: str, agency_code: str) -> None:
    audit_record(actor=actor, action=action, subject=f"agency {agency_code}")
    transaction.on_commit(address_book_clear)


def host_locked(agency: Agency, host: str) -> Domain:
    """Lock and return a host that the agency uses. Raises ``HostNotFound``."""
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
        # The thread is not waited for; it ends when the name server answers or the system gives up.
        pool.shutdown(wait=False)
    if not theirs:
        return HostFault.UNKNOWN
    if not ours:
        return HostFault.NO_ANSWER
    # A single address elsewhere would send some people there, with their passwords.
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
