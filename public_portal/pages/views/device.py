"""Views for devices and robots, for example the service worker and the sitemap."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_bidi, gettext as _, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from public_portal.pages.selectors import sitemap_paths, worker_source
from shared.kernel import clock
from shared.ui.cache_control import public_page
from shared.ui.links import own_url
from shared.ui.templatetags.ui import asset

TEXT = "text/plain; charset=utf-8"
CONTACT_DAYS = 180


@require_safe
@public_page
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page for devices without a connection; a script selects the language."""
    with override(settings.LANGUAGE_CODE):
        return render(
            request,
            "public_portal/pages/offline.html",
            {"codes": [code for code, _name in settings.LANGUAGES]},
        )


@require_safe
@public_page
def kept(request: HttpRequest) -> HttpResponse:
    """Show the page on which a script lists the requests that the device has stored."""
    return render(
        request, "public_portal/pages/offline.html", {"codes": [get_language()], "is_kept": True}
    )


@require_safe
@public_page
def manifest(request: HttpRequest) -> JsonResponse:
    """Return the web app manifest in the language of the address."""
    body = {
        "id": "/",
        "name": _("Insaf – National complaints portal"),
        "short_name": _("Insaf"),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": f"/{get_language()}/",
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0d5a3f",
        "background_color": "#ffffff",
        "icons": [
            *_icons("favicon", "icon", "any"),
            *_icons("maskable", "maskable", "maskable"),
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


def _icons(drawing: str, name: str, purpose: str) -> list[dict[str, str]]:
    """Return the entries of an icon in the web app manifest, as SVG and as PNG."""
    drawn = {"src": asset(f"ui/img/{drawing}.svg"), "sizes": "any", "type": "image/svg+xml"}
    sides = [
        {"src": asset(f"icons/{name}-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        for side in (192, 512)
    ]
    return [{**one, "purpose": purpose} for one in (drawn, *sides)]


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker; its address is at the root, because the path limits its scope."""
    response = HttpResponse(worker_source(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Return ``robots.txt`` with the paths that search engines must not read."""
    closed = [f"/{code}/track/" for code, _name in settings.LANGUAGES]
    closed += ["/api/", "/outbox/", "/gallery/", "/offline/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {own_url(request, '/sitemap.xml')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return the sitemap with the permanent pages in every language."""
    return render(
        request,
        "public_portal/pages/sitemap.xml",
        {"addresses": [own_url(request, path) for path in sitemap_paths()]},
        content_type="application/xml",
    )


@require_safe
@never_cache
def security_contact(request: HttpRequest) -> HttpResponse:
    """Return ``security.txt`` (RFC 9116) with the address for reports of weaknesses."""
    form = own_url(request, "/en/submit/?kind=observation")
    expires = (clock.now() + timedelta(days=CONTACT_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.SECURITY_CONTACT or form}",
        f"Expires: {expires}",
        "Preferred-Languages: ar, fr, en",
        f"Canonical: {own_url(request, request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
