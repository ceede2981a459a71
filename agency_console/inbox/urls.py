"""Addresses of the inbox; the list of cases is the first page of the console."""

from django.urls import path

from agency_console.inbox.views import lists, saved_views

app_name = "inbox"

urlpatterns = [
    path("", lists.list_cases, name="list-cases"),
    path("inbox/rows/", lists.poll_cases, name="poll-cases"),
    path("inbox/filter/", lists.choose_filter, name="choose-filter"),
    path("inbox/views/", saved_views.list_saved_views, name="list-views"),
    path("inbox/views/save/", saved_views.save_view, name="save-view"),
    path("inbox/views/restore/", saved_views.restore_saved_view, name="restore-view"),
    path("inbox/views/<int:view_id>/", saved_views.change_saved_view, name="change-view"),
    path("inbox/views/<int:view_id>/remove/", saved_views.remove_saved_view, name="remove-view"),
    path("inbox/cases/<str:reference>/preview/", lists.preview_case, name="preview-case"),
    path("inbox/cases/<str:reference>/snooze/", lists.snooze_case, name="snooze-case"),
]
