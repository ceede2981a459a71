"""From which address a request comes, as far as that can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: the last that our own ``TRUSTED_PROXIES`` proxies did not
    write.

    Whatever stands before it in ``X-Forwarded-For`` was sent by the client and proves nothing.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    chain = [part.strip() for part in forwarded if part.strip()]
    chain.append(request.META.get("REMOTE_ADDR", ""))
    return str(chain[-min(settings.TRUSTED_PROXIES + 1, len(chain))])


def client_group(request: HttpRequest) -> str:
    """Return what limits count: one IPv4 address, or the /64 in which one household has its
    IPv6.
    """
    try:
        parsed = ip_address(client_address(request))
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)
