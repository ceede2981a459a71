"""The first page of a console."""

from django.urls import path

from agency_console.inbox import views

app_name = "inbox"

urlpatterns = [
    path("", views.list_cases, name="list-cases"),
]
