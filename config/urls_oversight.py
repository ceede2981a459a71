"""National oversight, on its own host and so with its own session cookie."""

from django.urls import include, path

from public_portal.answers.urls import desk_patterns
from public_portal.signup.urls import desk_patterns as signup_desk

urlpatterns = [
    path("", include("public_portal.agencies.urls")),
    path("", include("public_portal.oversight.urls")),
    path("workspaces/", include((signup_desk, "workspace_desk"))),
    path("holidays/", include("public_portal.holidays.urls")),
    path("answers/", include((desk_patterns, "answer_desk"))),
    path("accounts/sessions/", include("shared.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
]

handler400 = "shared.ui.views.bad_request"
handler403 = "shared.ui.views.permission_denied"
handler404 = "shared.ui.views.page_not_found"
handler500 = "shared.ui.views.server_error"
