"""Addresses of bulk actions."""

from django.urls import path

from agency_console.bulk_actions import views

app_name = "bulk_actions"

urlpatterns = [
    path("", views.list_actions, name="list-actions"),
    path("begin/", views.begin_action, name="begin-action"),
    path("<uuid:action_id>/", views.show_action, name="show-action"),
    path("<uuid:action_id>/start/", views.start_action, name="start-action"),
    path("<uuid:action_id>/cancel/", views.cancel_action, name="cancel-action"),
    path("<uuid:action_id>/undo/", views.undo_action, name="undo-action"),
    path("<uuid:action_id>/skipped/", views.download_skipped, name="download-skipped"),
    path("<uuid:action_id>/file/", views.download_file, name="download-file"),
]
