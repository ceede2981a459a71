"""The first page of a console, and what belongs to its lists."""

from django.urls import path

from agency_console.inbox import views

app_name = "inbox"

urlpatterns = [
    path("", views.list_cases, name="list-cases"),
    path("inbox/rows/", views.poll_cases, name="poll-cases"),
    path("inbox/filter/", views.choose_filter, name="choose-filter"),
    path("inbox/views/", views.list_saved_views, name="list-views"),
    path("inbox/views/save/", views.save_view, name="save-view"),
    path("inbox/views/restore/", views.restore_saved_view, name="restore-view"),
    path("inbox/views/<int:view_id>/", views.change_saved_view, name="change-view"),
    path("inbox/views/<int:view_id>/remove/", views.remove_saved_view, name="remove-view"),
    path("inbox/cases/<str:reference>/preview/", views.preview_case, name="preview-case"),
    path("inbox/cases/<str:reference>/snooze/", views.snooze_case, name="snooze-case"),
]
