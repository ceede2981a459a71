"""URL patterns of national oversight, on oversight's host."""

from django.urls import path

from public_portal.oversight.comparison import api, views as comparison
from public_portal.oversight.competence import views as competence
from public_portal.oversight.identity import views as identity
from public_portal.oversight.overdue import views as overdue
from public_portal.oversight.reviews import views as reviews

app_name = "oversight"

urlpatterns = [
    path("", comparison.open_oversight, name="compare-agencies"),
    path("comparison.csv", comparison.download_comparison, name="download-comparison"),
    path("agencies/<slug:agency_code>/", comparison.show_agency, name="show-agency"),
    path(
        "agencies/<slug:agency_code>/figures.csv",
        comparison.download_agency,
        name="download-agency",
    ),
    path("refusals/", comparison.list_refusers, name="list-refusers"),
    path("identity/", identity.open_identity, name="open-identity"),
    path("identity/answer/", identity.answer_identity, name="answer-identity"),
    path("overdue/", overdue.list_overdue, name="list-overdue"),
    path("reviews/", reviews.list_reviews, name="list-reviews"),
    path("reviews/<str:reference>/", reviews.show_review, name="show-review"),
    path(
        "reviews/<str:reference>/files/<uuid:attachment_id>/",
        reviews.read_review_file,
        name="read-review-file",
    ),
    path("competence/", competence.list_questions, name="list-competence"),
    path("competence/<str:reference>/", competence.show_question, name="show-competence"),
    path(
        "competence/<str:reference>/files/<uuid:attachment_id>/",
        competence.read_file,
        name="read-competence-file",
    ),
    path("api/v1/comparison/", api.read_comparison, name="api-comparison"),
]
