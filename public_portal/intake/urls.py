"""URL patterns of the pages and the REST API for filing a request."""

from django.urls import path

from public_portal.intake.api import endpoints as api
from public_portal.intake.enums import Step
from public_portal.intake.views import check, drafts, held_requests, receipt, wizard

app_name = "intake"

urlpatterns = [
    path("", wizard.question, {"step": Step.KIND}, name="start"),
    path(
        "organisation/",
        wizard.choose_organisation,
        {"step": Step.ORGANISATION},
        name="choose-organisation",
    ),
    path("organisation/suggestions/", wizard.suggest_organisations, name="suggest-organisations"),
    path(
        "admissibility/",
        wizard.question,
        {"step": Step.ADMISSIBILITY},
        name="say-admissibility",
    ),
    path("what-happened/", wizard.question, {"step": Step.STORY}, name="tell-story"),
    path(
        "when-and-where/",
        wizard.question,
        {"step": Step.CIRCUMSTANCES},
        name="tell-circumstances",
    ),
    path("details/", wizard.question, {"step": Step.DETAILS}, name="give-details"),
    path("what-you-ask/", wizard.question, {"step": Step.WISH}, name="state-wish"),
    path("files/", wizard.add_files, {"step": Step.FILES}, name="add-files"),
    path("files/<uuid:file_id>/remove/", wizard.remove_file, name="remove-file"),
    path("privacy/", wizard.question, {"step": Step.PRIVACY}, name="choose-privacy"),
    path("about-you/", wizard.question, {"step": Step.PERSON}, name="give-contact"),
    path("check/code/", check.send_code, name="send-code"),
    path("check/", check.check_answers, name="check-answers"),
    path("receipt/<str:token>/", receipt.show_receipt, name="show-receipt"),
    path("receipt/<str:token>/pdf/", receipt.download_receipt, name="download-receipt"),
    path("waiting/<str:token>/", held_requests.show_held, name="show-held"),
    path("waiting/<str:token>/take-back/", held_requests.take_back, name="take-back-held"),
    path("later/", drafts.save_draft, name="save-draft"),
    path("later/new/", drafts.renew_draft, name="renew-draft"),
    path("later/<str:token>/", drafts.resume_draft, name="resume-draft"),
    path("competent-body/", drafts.carry_over, name="carry-over"),
    path("discard/", drafts.discard_draft, name="discard-draft"),
]

api_patterns = [
    path("complaints/", api.complaints, name="api-complaints"),
]
