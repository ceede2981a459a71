"""The URLs of an agency's console."""

from django.urls import include, path

from shared.forms.input_autosave import typed_input

urlpatterns = [
    path("", include("agency_console.inbox.urls")),
    path("cases/", include("agency_console.casework.urls")),
    path("templates/", include("agency_console.reply_templates.urls")),
    path("labels/", include("agency_console.labels.urls")),
    path("bulk/", include("agency_console.bulk_actions.urls")),
    path("desk/", include("agency_console.assisted_filing.urls")),
    path("dashboard/", include("agency_console.dashboard.urls")),
    path("transfers/", include("agency_console.transfers.urls")),
    path("reports/", include("agency_console.reports.urls")),
    path("routing/", include("agency_console.routing.urls")),
    path("units/", include("agency_console.units.urls")),
    path("staff/", include("agency_console.staff.urls")),
    path("setup/", include("agency_console.setup.urls")),
    path("billing/", include("agency_console.plan.urls")),
    path("leaving/", include("agency_console.agency_export.urls")),
    path("accounts/sessions/", include("shared.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("typed/", typed_input, name="typed-input"),
    path("language/", include("django.conf.urls.i18n")),
]

handler400 = "shared.ui.error_pages.bad_request"
handler403 = "shared.ui.error_pages.permission_denied"
handler404 = "shared.ui.error_pages.page_not_found"
handler500 = "shared.ui.error_pages.server_error"
# allauth calls this handler after too many attempts to sign in, on every site.
handler429 = "shared.accounts.views.too_many"
