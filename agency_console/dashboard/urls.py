"""Addresses of the supervisor's dashboard."""

from django.urls import path

from agency_console.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.show_dashboard, name="show-dashboard"),
    path("officers/<int:user_id>/", views.show_officer, name="show-officer"),
    path("officers/<int:user_id>/give/", views.give_cases, name="give-cases"),
]
