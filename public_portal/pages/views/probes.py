"""Endpoints for monitoring programs and for the proxy."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from public_portal.pages.selectors import fleet_state, readiness
from tenants.agencies.selectors import domain_by_host


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200, to show that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 if the database answers and has all migrations and the right time, otherwise 503.

    In a cluster the response also has the state of each node, in the order of ``/metrics``. A node
    that does not answer does not change the status.
    """
    state = readiness()
    content: dict[str, object] = {
        "status": "ready" if state.is_ready else "not ready",
        "database": state.database,
        "migrations": state.migrations,
        "clock": state.clock,
    }
    if state.nodes:
        content["nodes"] = {f"node {n}": one for n, one in enumerate(state.nodes, 1)}
    return JsonResponse(content, status=200 if state.is_ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return counters of this process and of pages, and gauges of all agencies, for Prometheus.

    The view has no access control, so the proxy must block its address (deploy/nginx.conf).
    """
    return HttpResponse(
        generate_latest(REGISTRY) + generate_latest(fleet_state()), content_type=CONTENT_TYPE_LATEST
    )


@require_safe
@never_cache
def host_known(request: HttpRequest) -> HttpResponse:
    """Return 200 if the host name in ``?domain=`` belongs to this installation, otherwise 404."""
    host = request.GET.get("domain", "").lower().rstrip(".")
    # PostgreSQL refuses NUL characters, and a host name has at most 253 characters.
    is_askable = "\x00" not in host and 0 < len(host) <= 253
    return HttpResponse(status=200 if (is_askable and domain_by_host(host) is not None) else 404)
