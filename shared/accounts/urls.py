"""URLs of the pages on staff sessions, on the hosts of agencies and of national oversight."""

from django.urls import path

from shared.accounts import views

app_name = "staff_sessions"

urlpatterns = [
    path("", views.list_sessions, name="list-sessions"),
    path("end/", views.end_others, name="end-others"),
    path("<uuid:session_id>/end/", views.end_session, name="end-session"),
]
