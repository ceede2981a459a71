"""The URLs of the citizens' site: pages with a language prefix, the REST API and probes."""

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from public_portal.account.urls import sign_in_patterns
from public_portal.intake.urls import api_patterns as intake_api
from public_portal.pages.urls import api_patterns as pages_api, root_patterns
from public_portal.statistics.urls import api_patterns as statistics_api
from public_portal.tracking.urls import api_patterns as tracking_api
from shared.forms.input_autosave import typed_input
from shared.ui.cache_control import public_page

# The URLs of the demonstration exist only if the app ``demo`` is installed.
HAS_DEMO = apps.is_installed("demo")

urlpatterns = [
    *root_patterns,
    *([path("", include("demo.urls"))] if HAS_DEMO else []),
    path("stripe/", include("tenants.billing.urls")),
    path(
        "api/v1/",
        include(
            [
                *pages_api,
                *intake_api,
                *tracking_api,
                *statistics_api,
                path(
                    "schema/",
                    public_page(SpectacularAPIView.as_view(urlconf="config.urls_public")),
                    name="api-schema",
                ),
                path(
                    "docs/",
                    public_page(SpectacularSwaggerSplitView.as_view(url_name="api-schema")),
                    name="api-docs",
                ),
            ]
        ),
    ),
    *i18n_patterns(
        path("", include("public_portal.pages.urls")),
        path("submit/", include("public_portal.intake.urls")),
        path("track/", include("public_portal.tracking.urls")),
        path("statistics/", include("public_portal.statistics.urls")),
        path("answers/", include("public_portal.knowledge_base.urls")),
        path("account/", include("public_portal.account.urls")),
        path("account/", include(sign_in_patterns)),
        *([path("account/", include("demo.urls_account"))] if HAS_DEMO else []),
        path("workspace/", include("public_portal.workspace_requests.urls")),
        # With the language prefix, the answer is in the language of the page.
        path("typed/", typed_input, name="typed-input"),
    ),
]

handler400 = "shared.ui.error_pages.bad_request"
handler403 = "shared.ui.error_pages.permission_denied"
handler404 = "shared.ui.error_pages.page_not_found"
handler500 = "shared.ui.error_pages.server_error"
