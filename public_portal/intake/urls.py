"""Addresses of the journey, under a language, and of the REST interface."""

from django.urls import path

from public_portal.intake import api, views
from public_portal.intake.enums import Step

app_name = "intake"

urlpatterns = [
    path("", views.question, {"step": Step.KIND}, name="start"),
    path("organisation/", views.choose_organisation, name="choose-organisation"),
    path("organisation/suggestions/", views.suggest_organisations, name="suggest-organisations"),
    path(
        "admissibility/",
        views.question,
        {"step": Step.ADMISSIBILITY},
        name="say-admissibility",
    ),
    path("what-happened/", views.question, {"step": Step.STORY}, name="tell-story"),
    path("details/", views.question, {"step": Step.DETAILS}, name="give-details"),
    path("what-you-ask/", views.question, {"step": Step.WISH}, name="state-wish"),
    path("files/", views.add_files, name="add-files"),
    path("files/<uuid:file_id>/remove/", views.remove_file, name="remove-file"),
    path("privacy/", views.question, {"step": Step.PRIVACY}, name="choose-privacy"),
    path("about-you/", views.question, {"step": Step.PERSON}, name="give-contact"),
    path("check/code/", views.send_code, name="send-code"),
    path("check/", views.check_answers, name="check-answers"),
    path("receipt/<str:token>/", views.show_receipt, name="show-receipt"),
    path("receipt/<str:token>/pdf/", views.download_receipt, name="download-receipt"),
    path("later/", views.save_draft, name="save-draft"),
    path("later/new/", views.renew_draft, name="renew-draft"),
    path("later/<str:token>/", views.resume_draft, name="resume-draft"),
    path("discard/", views.discard_draft, name="discard-draft"),
]

api_patterns = [
    path("complaints/", api.complaints, name="api-complaints"),
]
