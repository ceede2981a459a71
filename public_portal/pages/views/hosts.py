"""What an issuer of certificates asks before it gets one for a name that somebody called."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenants.agencies.selectors import domain_by_host


@require_safe
@never_cache
def host_known(request: HttpRequest) -> HttpResponse:
    """200 when this installation answers for ``?domain=``, 404 otherwise; nothing more is told."""
    host = request.GET.get("domain", "").lower().rstrip(".")
    # PostgreSQL takes no NUL, and a name that long is nobody's.
    is_askable = "\x00" not in host and 0 < len(host) <= 253
    is_known = is_askable and domain_by_host(host) is not None
    return HttpResponse(status=200 if is_known else 404)
