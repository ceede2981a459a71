"""Views of the gallery of components, of sent e-mails, and of the one-click sign-in."""

from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from demo.accounts import CITIZEN_EMAIL
from demo.forms import GalleryForm, gallery_form_with_errors
from demo.gallery import gallery
from demo.outbox import letter, letters
from public_portal.account.selectors import citizen_find
from public_portal.account.views.sign_in import sign_in_complete
from shared.ui.methods import form_of

OUTBOX_LETTERS = 200
LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


@require_safe
def gallery_page(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, in the language of ``?language=``."""
    _demonstration_only()
    with override(_asked_language(request)):
        context = {
            "samples": gallery(),
            "empty_form": GalleryForm(auto_id="empty_%s"),
            "wrong_form": gallery_form_with_errors(),
        }
        return render(request, "demo/gallery.html", context)


@require_safe
def gallery_console(request: HttpRequest) -> HttpResponse:
    """Show the three panes of the console with sample data."""
    _demonstration_only()
    with override(_asked_language(request)):
        return render(request, "demo/gallery_console.html", {"samples": gallery()})


@form_of("account_login")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in the citizen without an e-mail, because the citizen has no mailbox."""
    user = citizen_find(email=CITIZEN_EMAIL) if settings.DEMO else None
    if user is None:
        raise Http404
    return sign_in_complete(request, user, target="")


def _asked_language(request: HttpRequest) -> str:
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the sent e-mails, newest first."""
    _demonstration_only()
    found = letters(directory=_outbox_directory(), limit=OUTBOX_LETTERS)
    return render(request, "demo/outbox.html", {"letters": found})


@require_safe
@never_cache
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its hint knows no key
def outbox_letter(request: HttpRequest, key: str) -> HttpResponse:
    """Show an e-mail in the e-mail's language and writing direction."""
    _demonstration_only()
    found = letter(directory=_outbox_directory(), key=key)
    return render(request, "demo/outbox_letter.html", {"letter": found})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(LETTER_POLICY)  # type: ignore[arg-type]  # its hint knows no key
def outbox_letter_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show an e-mail's HTML in a sandbox, with a policy that allows inline styles."""
    _demonstration_only()
    found = letter(directory=_outbox_directory(), key=key)
    # Without ``_top``, a link would open the site inside the frame.
    return HttpResponse(found.html.replace("<head>", '<head><base target="_top">', 1))


def _outbox_directory() -> Path:
    return Path(settings.EMAIL_FILE_PATH or "/nonexistent")


def _demonstration_only() -> None:
    if not settings.DEMO:
        raise Http404
