"""The URLs of national oversight's site."""

from django.urls import include, path

from shared.forms.input_autosave import typed_input

urlpatterns = [
    path("", include("public_portal.oversight.agencies.urls")),
    path("", include("public_portal.oversight.urls")),
    path("workspaces/", include("public_portal.oversight.requests.urls")),
    path("holidays/", include("public_portal.oversight.holidays.urls")),
    path("answers/", include("public_portal.oversight.articles.urls")),
    path("accounts/sessions/", include("shared.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("typed/", typed_input, name="typed-input"),
    path("language/", include("django.conf.urls.i18n")),
]

handler400 = "shared.ui.error_pages.bad_request"
handler403 = "shared.ui.error_pages.permission_denied"
handler404 = "shared.ui.error_pages.page_not_found"
handler500 = "shared.ui.error_pages.server_error"
