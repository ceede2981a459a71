"""Pages for everybody: the first one, the law, the organisations, and how the machine feels."""

from itertools import groupby
from operator import attrgetter
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from public_portal.pages.context import gallery
from public_portal.pages.forms import (
    GalleryForm,
    OrganisationSearchForm,
    TrackForm,
    gallery_form_with_errors,
)
from public_portal.pages.selectors import letter, letters, readiness
from public_portal.pages.types import OrganisationGroup, Table
from shared.directory.enums import OrganisationKind
from shared.directory.selectors import (
    handling_agency_code,
    organisation_children,
    organisation_get,
    organisation_roots,
    organisation_search,
)
from shared.directory.types import OrganisationHit, OrganisationInfo
from shared.ui.caching import public_page
from tenants.selectors import agencies_by_code

OUTBOX_LETTERS = 200
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}
SEARCH_RESULTS = 30


@require_safe
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """The address without a language leads to the reader's own, to Arabic when none is ours."""
    return redirect("pages:home")


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the three kinds of request, and the two things people come for."""
    context = {"track_form": TrackForm(auto_id="track_%s")}
    return render(request, "public_portal/pages/home.html", context)


@require_safe
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """The law, personal data, accessibility, credits."""
    return render(request, "public_portal/pages/about.html", {"terms": _legal_terms()})


@require_safe
@public_page
def organisations(request: HttpRequest) -> HttpResponse:
    """Find a public body by a few words, or walk down the tree."""
    form = OrganisationSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "search_form": form,
        "words": words,
        "found": _found(words) if words else [],
        "groups": [] if words else _grouped(organisation_roots()),
    }
    return render(request, "public_portal/pages/organisations.html", context)


@require_safe
@public_page
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """One public body: what people turn to it for, and who answers for it."""
    body = organisation_get(code=code)
    handler = handling_agency_code(code=code)
    context = {
        "organisation": body,
        "kind": OrganisationKind(body.kind).label,
        "parent_name": body.parent_names.text(_language()) if body.parent_names else "",
        "handles": body.handles.text(_language()),
        "refusal": body.refusal.text(_language()),
        "agency": agencies_by_code(codes=[handler]).get(handler) if handler else None,
        "groups": _grouped(organisation_children(code=code)),
    }
    return render(request, "public_portal/pages/organisation.html", context)


def _found(words: str) -> list[OrganisationHit]:
    return organisation_search(text=words, language=_language(), limit=SEARCH_RESULTS)


def _grouped(bodies: list[OrganisationInfo]) -> list[OrganisationGroup]:
    return [
        OrganisationGroup(label=str(OrganisationKind(kind).label), organisations=list(same))
        for kind, same in groupby(bodies, key=attrgetter("kind"))
    ]


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _legal_terms() -> Table:
    return Table(
        caption=_("The terms of the decree"),
        headings=[_("Step"), _("Term")],
        rows=[
            [_("Acknowledgement of receipt"), _("at once")],
            [_("Handing to the competent body"), _("15 days")],
            [_("Answer with its reasons"), _("60 days")],
        ],
    )


@require_safe
def gallery_page(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in the language of ``?language=``; demonstration only."""
    _demonstration_only()
    with override(_asked_language(request)):
        context = {
            "samples": gallery(),
            "empty_form": GalleryForm(auto_id="empty_%s"),
            "wrong_form": gallery_form_with_errors(),
        }
        return render(request, "public_portal/pages/gallery.html", context)


@require_safe
def gallery_console(request: HttpRequest) -> HttpResponse:
    """The office with its three panes, filled with samples; demonstration only."""
    _demonstration_only()
    with override(_asked_language(request)):
        return render(request, "public_portal/pages/gallery_console.html", {"samples": gallery()})


def _asked_language(request: HttpRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Every letter that the demonstration has sent, newest first."""
    _demonstration_only()
    found = letters(directory=_outbox_directory(), limit=OUTBOX_LETTERS)
    return render(request, "public_portal/pages/outbox.html", {"letters": found})


@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its hint knows no key
def outbox_letter(request: HttpRequest, key: str) -> HttpResponse:
    """One letter, in its own language and direction."""
    _demonstration_only()
    found = letter(directory=_outbox_directory(), key=key)
    return render(request, "public_portal/pages/outbox_letter.html", {"letter": found})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(LETTER_POLICY)  # type: ignore[arg-type]  # its hint knows no key
def outbox_letter_page(request: HttpRequest, key: str) -> HttpResponse:
    """The letter's own HTML, shut in: letters carry their styles in line, pages never do."""
    _demonstration_only()
    found = letter(directory=_outbox_directory(), key=key)
    # Or a click on a link would open the site inside the frame.
    return HttpResponse(found.html.replace("<head>", '<head><base target="_top">', 1))


def _outbox_directory() -> Path:
    return Path(settings.EMAIL_FILE_PATH or "/nonexistent")


def _demonstration_only() -> None:
    if not settings.DEMO:
        raise Http404


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked of it."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is applied, 503 otherwise."""
    state = readiness()
    body = {
        "status": "ready" if state.is_ready else "not ready",
        "database": state.database,
        "migrations": state.migrations,
    }
    return JsonResponse(body, status=200 if state.is_ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters of this process in the text format of Prometheus."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
