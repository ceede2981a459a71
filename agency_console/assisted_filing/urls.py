"""Addresses of assisted filing."""

from django.urls import path

from agency_console.assisted_filing import views

app_name = "assisted_filing"

urlpatterns = [
    path("", views.choose_body, name="choose-body"),
    path("request/", views.file_request, name="file-request"),
    path("receipt/", views.show_receipt, name="show-receipt"),
    path("next/", views.file_another, name="file-another"),
]
