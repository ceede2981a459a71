"""Addresses of an agency's own figures."""

from django.urls import path

from agency_console.reports import views

app_name = "reports"

urlpatterns = [
    path("", views.show_figures, name="show-figures"),
    path("groups/", views.show_groups, name="show-groups"),
    path("download/", views.download_figures, name="download-figures"),
]
