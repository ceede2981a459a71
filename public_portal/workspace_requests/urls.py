"""URL patterns of workspace requests."""

from django.urls import path

from public_portal.workspace_requests.enums import Step
from public_portal.workspace_requests.views import request, wizard

app_name = "workspace_requests"

# Under ``/{language}/workspace/``.
urlpatterns = [
    path("", wizard.show_offer, name="show-offer"),
    path("terms/", wizard.show_terms, name="show-terms"),
    path("institution/", wizard.choose_institution, name="choose-institution"),
    path("institution/suggestions/", wizard.suggest_institutions, name="suggest-institutions"),
    path("institution/propose/", wizard.propose_institution, name="propose-institution"),
    path("email/", wizard.give_email, name="give-email"),
    path("code/", wizard.enter_code, name="enter-code"),
    path("code/again/", wizard.send_again, name="send-again"),
    path("person/", wizard.question, {"step": Step.PERSON}, name="give-person"),
    path("needs/", wizard.question, {"step": Step.NEEDS}, name="state-needs"),
    path("agreement/", wizard.question, {"step": Step.TERMS}, name="accept-terms"),
    path("check/", wizard.check_answers, name="check-answers"),
    path("discard/", wizard.discard_answers, name="discard-answers"),
    path("requests/<str:token>/", request.show_request, name="show-request"),
    path("requests/<str:token>/answer/", request.answer_question, name="answer-question"),
    path("requests/<str:token>/withdraw/", request.withdraw_request, name="withdraw-request"),
    path("requests/<str:token>/again/", request.ask_again, name="ask-again"),
]
