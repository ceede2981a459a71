"""What every page knows: where it stands and how it is written."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi, gettext as _


class Site(TypedDict):
    """``demo``: made-up data; ``language`` ar, fr or en; ``direction`` rtl or ltr.

    ``workspace_name`` is blank on the citizens' site.
    """

    demo: bool
    language: str
    direction: str
    workspace_name: str


def site(request: HttpRequest) -> Site:
    """Reads nothing but settings, the active language and what the host has already told."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return Site(
        demo=settings.DEMO,
        language=language,
        direction="rtl" if get_language_bidi() else "ltr",
        workspace_name=_workspace_name(request, language),
    )


def _workspace_name(request: HttpRequest, language: str) -> str:
    # The host's middleware stands above this package: what it put on the request is taken as it is.
    urlconf = getattr(request, "urlconf", "")
    if urlconf == settings.OVERSIGHT_URLCONF:
        return _("National oversight")
    if urlconf == settings.ROOT_URLCONF:
        return str(getattr(getattr(request, "agency", None), f"name_{language}", ""))
    return ""
