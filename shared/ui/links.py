"""Addresses made out of the address of this page."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.request import split_domain_port
from django.utils.translation import get_language

from shared.ui.types import LanguageLink

OWN_NAMES = {"ar": "العربية", "fr": "Français", "en": "English"}


def portal_url() -> str:
    """The address of the citizens' site, for letters and for pages on other hosts."""
    return host_url(settings.BASE_DOMAIN)


def host_url(host: str) -> str:
    """The address of the site that a host name of ours shows."""
    is_usual = (settings.SITE_SCHEME, settings.SITE_PORT) in (("http", 80), ("https", 443))
    port = "" if is_usual else f":{settings.SITE_PORT}"
    return f"{settings.SITE_SCHEME}://{host}{port}"


def own_url(request: HttpRequest, path: str) -> str:
    """The address of a page on the host that was asked, to be mailed, printed or given away.

    Of the header ``Host`` its name alone, which is one of ours: a port in it would lead a reader to
    another server.
    """
    name, _port = split_domain_port(request.get_host())
    return f"{host_url(name)}{path}"


def page_language() -> str:
    """The two letters of the language that the page is in."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """This page in every language, each under its language's own name."""
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
    """The address of this page with another language's prefix; of the query only ``without`` goes.

    A page without a prefix has one address for all languages: then the home page is given.
    """
    first, _slash, rest = request.path.lstrip("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        return f"/{language}/"
    query = request.META.get("QUERY_STRING", "")
    if without:
        query = url_with_query(request.GET, dict.fromkeys(without)).lstrip("?")
    return f"/{language}/{rest}" + (f"?{query}" if query else "")


def url_with_query(query: QueryDict, changes: Mapping[str, object]) -> str:
    """``?a=1&b=2`` with some values replaced; an empty value or ``None`` removes one."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None or value == "":
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
