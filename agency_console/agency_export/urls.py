"""Addresses of agency exports."""

from django.urls import path

from agency_console.agency_export import views

app_name = "agency_export"

urlpatterns = [
    path("", views.show_leaving, name="show-leaving"),
    path("new/", views.start_export, name="start-export"),
    path("<uuid:job_id>/", views.show_export, name="show-bundle"),
    path("<uuid:job_id>/cancel/", views.cancel_export, name="cancel-export"),
    path("<uuid:job_id>/file/", views.take_export, name="take-bundle"),
    path("<uuid:job_id>/retry/", views.retry_export, name="retry-export"),
]
