"""Network address of the sender of a request."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's address: the last address that is not the address of our proxies.

    Earlier addresses in ``X-Forwarded-For`` prove nothing, because the client itself sent them.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    chain = [part.strip() for part in forwarded if part.strip()]
    chain.append(request.META.get("REMOTE_ADDR", ""))
    return str(chain[-min(settings.TRUSTED_PROXIES + 1, len(chain))])


def client_group(request: HttpRequest) -> str:
    """Return the address that limits count: an IPv4 address, or the /64 network of IPv6."""
    try:
        parsed = ip_address(client_address(request))
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)
