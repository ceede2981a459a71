"""URL patterns of the review of requests for a workspace, on oversight's host."""

from django.urls import path

from public_portal.oversight.requests import views

app_name = "workspace_review"

urlpatterns = [
    path("", views.list_requests, name="list-requests"),
    path("decided/", views.list_decided, name="list-decided"),
    path("code/", views.check_code, name="check-code"),
    path("<uuid:request_id>/", views.show_request, name="show-request"),
    path("<uuid:request_id>/ask/", views.ask, name="ask"),
    path("<uuid:request_id>/approve/", views.approve, name="approve"),
    path("<uuid:request_id>/refuse/", views.refuse, name="refuse"),
]
