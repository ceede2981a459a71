"""URLs of the sites and of the current page."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.request import split_domain_port
from django.utils.translation import get_language

from shared.ui.types import LanguageLink

OWN_NAMES = {"ar": "العربية", "fr": "Français", "en": "English"}


def portal_url() -> str:
    """Return the URL of the citizens' site, for e-mails and for pages of other hosts."""
    return host_url(settings.BASE_DOMAIN)


def host_url(host: str) -> str:
    """Return the URL of the site on one of the host names of this installation."""
    is_usual = (settings.SITE_SCHEME, settings.SITE_PORT) in (("http", 80), ("https", 443))
    port = "" if is_usual else f":{settings.SITE_PORT}"
    return f"{settings.SITE_SCHEME}://{host}{port}"


def own_url(request: HttpRequest, path: str) -> str:
    """Return the URL of a page on the request's host, for e-mails, documents and programs.

    Only the name in the ``Host`` header is used, which is a host name of this installation. A port
    in the header is ignored, because the sender could name a port of another server.
    """
    name, _port = split_domain_port(request.get_host())
    return f"{host_url(name)}{path}"


def page_language() -> str:
    """Return the two-letter code of the page's language."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """Return links to this page in every language, labelled with the language's own name."""
    return [
        LanguageLink(
            code=code,
            label=OWN_NAMES[code],
            url=in_language(request, code),
            is_current=code == (get_language() or "")[:2],
        )
        for code, _name in settings.LANGUAGES
    ]


def in_language(request: HttpRequest, language: str, *, without: Sequence[str] = ()) -> str:
    """Return the URL of this page in another language, without the parameters in ``without``.

    The other parameters are kept. A page without a language prefix has one URL for all languages,
    so the URL of the home page in that language is returned.
    """
    first, _slash, rest = request.path.lstrip("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        return f"/{language}/"
    query = (
        url_with_query(request.GET, dict.fromkeys(without)).lstrip("?")
        if without
        else request.META.get("QUERY_STRING", "")
    )
    return f"/{language}/{rest}" + (f"?{query}" if query else "")


def url_with_query(query: QueryDict, changes: Mapping[str, object]) -> str:
    """Return ``?a=1&b=2`` with some values changed; ``""`` or ``None`` removes a parameter."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None or value == "":
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
