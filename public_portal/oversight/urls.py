"""Addresses of national oversight, on its own host."""

from django.urls import path

from public_portal.oversight import api, views

app_name = "oversight"

urlpatterns = [
    path("", views.open_oversight, name="compare-agencies"),
    path("comparison.csv", views.download_comparison, name="download-comparison"),
    path("agencies/<slug:agency_code>/", views.show_agency, name="show-agency"),
    path("agencies/<slug:agency_code>/figures.csv", views.download_agency, name="download-agency"),
    path("identity/", views.open_identity, name="open-identity"),
    path("identity/answer/", views.answer_identity, name="answer-identity"),
    path("reviews/", views.list_reviews, name="list-reviews"),
    path("reviews/<str:reference>/", views.show_review, name="show-review"),
    path(
        "reviews/<str:reference>/files/<uuid:attachment_id>/",
        views.read_review_file,
        name="read-review-file",
    ),
    path("api/v1/comparison/", api.read_comparison, name="api-comparison"),
]
