"""URL patterns of the public figures."""

from django.urls import path

from public_portal.statistics import api, views

app_name = "statistics"

urlpatterns = [
    path("", views.show_national, name="show-national"),
    path("figures.csv", views.download_figures, name="download-figures"),
    path("<slug:agency_code>/", views.show_agency, name="show-agency"),
]

api_patterns = [path("statistics/", api.read_statistics, name="api-statistics")]
