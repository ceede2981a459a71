"""Template context of every page: site, language and direction."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi, gettext as _


class Site(TypedDict):
    """Context of a page: ``language`` is ar, fr or en, ``direction`` is rtl or ltr.

    ``demo``: the data are fictitious. ``workspace_name`` is blank on the citizens' site.
    """

    demo: bool
    language: str
    direction: str
    workspace_name: str


def site(request: HttpRequest) -> Site:
    """Return the context of a page from settings, active language and host of the request."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return Site(
        demo=settings.DEMO,
        language=language,
        direction="rtl" if get_language_bidi() else "ltr",
        workspace_name=_workspace_name(request, language),
    )


def _workspace_name(request: HttpRequest, language: str) -> str:
    # This package may not import the host's middleware, so it reads the request's attributes.
    urlconf = getattr(request, "urlconf", "")
    if urlconf == settings.OVERSIGHT_URLCONF:
        return _("National oversight")
    if urlconf == settings.ROOT_URLCONF:
        return str(getattr(getattr(request, "agency", None), f"name_{language}", ""))
    return ""
