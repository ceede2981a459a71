"""Views for everybody: home, law, accessibility, privacy, status."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from public_portal.pages.forms import OrganisationSearchForm, TrackForm
from public_portal.pages.selectors import national_headline
from public_portal.pages.services import service_state
from shared.register.services import is_published
from shared.ui.cache_control import cached_while
from shared.ui.published import published_page
from shared.ui.types import Table


@require_safe
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to the home page in the language of the browser, or in Arabic."""
    return redirect("pages:home")


@require_safe
@published_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page with the main uses of the portal and the national figures."""
    headline = national_headline()
    return cached_while(
        render(
            request,
            "public_portal/pages/home.html",
            {
                "track_form": TrackForm(auto_id="track_%s"),
                "search_form": OrganisationSearchForm(auto_id="find_%s"),
                "headline": headline,
            },
        ),
        partial(is_published, as_of=headline.as_of),
    )


@require_safe
@published_page
def about(request: HttpRequest) -> HttpResponse:
    """Show the page about the law, the figures, the sources and the credits."""
    return render(
        request,
        "public_portal/pages/about.html",
        {
            "terms": Table(
                caption=_("The terms of the decree"),
                headings=[_("Step"), _("Term")],
                rows=[
                    [_("Acknowledgement of receipt"), _("at once")],
                    [_("Handing to the competent body"), _("15 days")],
                    [_("Answer with its reasons"), _("60 days")],
                ],
            )
        },
    )


@require_safe
@published_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "public_portal/pages/accessibility.html")


@require_safe
@published_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy statement."""
    return render(request, "public_portal/pages/privacy.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Show the state of the service."""
    return render(request, "public_portal/pages/status.html", {"state": service_state()})
