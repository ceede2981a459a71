"""Addresses of an officer's own settings and of the workspace's settings."""

from django.urls import path

from agency_console.setup import views

app_name = "setup"

urlpatterns = [
    path("", views.change_settings, name="change-settings"),
    path("emails/", views.change_emails, name="change-emails"),
    path("second-step/", views.change_second_step, name="change-second-step"),
    path("escalation/", views.change_escalation, name="change-escalation"),
    path("approval/", views.change_approval, name="change-approval"),
]
