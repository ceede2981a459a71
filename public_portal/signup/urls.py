"""Addresses of the request for a workspace: for institutions, and on oversight's host."""

from django.urls import path

from public_portal.signup.enums import Step
from public_portal.signup.views import desk, journey, proof, request

app_name = "signup"

# Under ``/{language}/workspace/``.
urlpatterns = [
    path("", journey.show_offer, name="show-offer"),
    path("terms/", journey.show_terms, name="show-terms"),
    path("institution/", journey.choose_institution, name="choose-institution"),
    path("institution/suggestions/", journey.suggest_institutions, name="suggest-institutions"),
    path("institution/propose/", journey.propose_institution, name="propose-institution"),
    path("email/", proof.give_email, name="give-email"),
    path("code/", proof.enter_code, name="enter-code"),
    path("code/again/", proof.send_again, name="send-again"),
    path("person/", journey.question, {"step": Step.PERSON}, name="give-person"),
    path("needs/", journey.question, {"step": Step.NEEDS}, name="state-needs"),
    path("agreement/", journey.question, {"step": Step.TERMS}, name="accept-terms"),
    path("check/", journey.check_answers, name="check-answers"),
    path("discard/", journey.discard_answers, name="discard-answers"),
    path("requests/<str:token>/", request.show_request, name="show-request"),
    path("requests/<str:token>/answer/", request.answer_question, name="answer-question"),
    path("requests/<str:token>/withdraw/", request.withdraw_request, name="withdraw-request"),
    path("requests/<str:token>/again/", request.ask_again, name="ask-again"),
]

# Under ``/workspaces/`` of oversight's host.
desk_patterns = [
    path("", desk.list_requests, name="list-requests"),
    path("decided/", desk.list_decided, name="list-decided"),
    path("code/", desk.check_code, name="check-code"),
    path("<uuid:request_id>/", desk.show_request, name="show-request"),
    path("<uuid:request_id>/ask/", desk.ask, name="ask"),
    path("<uuid:request_id>/approve/", desk.approve, name="approve"),
    path("<uuid:request_id>/refuse/", desk.refuse, name="refuse"),
]
