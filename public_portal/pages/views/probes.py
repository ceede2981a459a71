"""Endpoints for programs: liveness, readiness, metrics, known hosts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from public_portal.pages.selectors import fleet_state, readiness
from tenants.agencies.selectors import domain_by_host


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Return 200 while the process answers; nothing else is checked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Return 200 when the database answers, has every migration and agrees on the time; else 503.

    In a cluster the answer also says of each node whether it answers, numbered as ``/metrics``
    lists their addresses; a silent node alone does not make it 503.
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
    """Return counters of this process and gauges of all agencies, for Prometheus.

    Whoever reaches this process may read them; the proxy blocks everybody (deploy/nginx.conf).
    """
    return HttpResponse(
        generate_latest(REGISTRY) + generate_latest(fleet_state()), content_type=CONTENT_TYPE_LATEST
    )


@require_safe
@never_cache
def host_known(request: HttpRequest) -> HttpResponse:
    """Return 200 when this installation answers for ``?domain=``, else 404, and no more."""
    host = request.GET.get("domain", "").lower().rstrip(".")
    # PostgreSQL takes no NUL, and no host name is longer.
    is_askable = "\x00" not in host and 0 < len(host) <= 253
    return HttpResponse(status=200 if (is_askable and domain_by_host(host) is not None) else 404)
