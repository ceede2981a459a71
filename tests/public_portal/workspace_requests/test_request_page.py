"""The page behind the mailed link: how a request stands, and what its institution can do."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.selectors.requests import request_by_id, request_token
from public_portal.workspace_requests.services.request_review import (
    institution_question_ask,
    request_refuse,
)
from shared.audit.models import AuditEntry
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tests.public_portal.workspace_requests.applicant import EMAIL, errors, letters_to, links
from tests.public_portal.workspace_requests.conftest import OTHER_EMAIL, REVIEWER
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db
QUESTION = "Which unit will answer, and from when on?"
REASON = "The ministry above you answers in your place. Ask it for access."


def ask(sent, text=QUESTION):
    version = request_by_id(request_id=sent.row().pk).version
    institution_question_ask(request_id=sent.row().pk, version=version, text=text, actor=REVIEWER)


def refuse(sent):
    version = request_by_id(request_id=sent.row().pk).version
    request_refuse(request_id=sent.row().pk, version=version, reason=REASON, actor=REVIEWER)


def audited():
    found = AuditEntry.objects.filter(subject__startswith="workspace_request")
    return list(found.order_by("pk").values_list("action", flat=True))


def test_the_page_shows_what_was_sent_and_is_kept_nowhere(sent):
    page = sent.see()

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store, private"
    assert page["Referrer-Policy"] == "no-referrer, strict-origin"
    assert "noindex" in page["X-Robots-Tag"]
    for words in ("Oases agency", EMAIL, "أمينة بنعلي", "We begin in January."):
        assert words in page.text


def test_reading_changes_nothing(sent):
    before = WorkspaceRequest.objects.values().get()

    sent.see()
    sent.see()

    assert WorkspaceRequest.objects.values().get() == before


def test_a_link_opens_its_own_request_alone(sent, stranger):
    other = stranger.ask()

    assert "Only for the lagoons" in other.see().text
    assert "Only for the lagoons" not in sent.see().text
    assert "We begin in January." not in other.see().text


@pytest.mark.parametrize("act", ["", "answer/", "withdraw/", "again/"])
def test_an_unknown_link_opens_nothing(client, sent, act):
    path = f"/en/workspace/requests/{'0' * 64}/{act}"

    page = client.post(path) if act else client.get(path)

    assert page.status_code == 404
    assert "Oases" not in page.text


def test_answers_that_were_not_sent_have_no_page(applicant):
    applicant.answer_all()
    token = request_token(applicant.row().pk)

    assert applicant.client.get(f"/en/workspace/requests/{token}/").status_code == 404


def test_a_question_is_mailed_answered_and_brings_the_request_back(sent, mailoutbox):
    ask(sent)
    asked = sent.see()
    mail_send(mail_id=Mail.objects.get(letter="workspace_question").pk)

    page = sent.do("answer", text="The complaints unit, from January on.")

    assert QUESTION in asked.text
    assert QUESTION in mailoutbox[0].body
    assert sent.path in mailoutbox[0].body
    assert page["Location"] == sent.path
    assert sent.row().state == "waiting"
    notes = WorkspaceNote.objects.order_by("pk").values_list("side", "by")
    assert list(notes) == [("oversight", "Reviewer"), ("institution", "أمينة بنعلي")]
    assert "The complaints unit, from January on." in sent.see().text
    assert "Reviewer" not in sent.see().text
    assert audited() == [
        "workspace.requested",
        "workspace.question_asked",
        "workspace.question_answered",
    ]


def test_an_empty_answer_is_told_and_a_second_one_is_not_lost(sent):
    ask(sent)

    empty = sent.do("answer", text=" ")
    sent.do("answer", text="The first answer.")
    second = sent.do("answer", text="The second answer.")

    assert (is_refused(empty), is_refused(second)) == (True, True)
    assert errors(empty) == ["Write your answer."]
    assert "No question waits for your answer any more." in second.text
    assert "The second answer." in second.text
    assert WorkspaceNote.objects.count() == 2


def test_a_refused_request_for_a_workspace_has_its_own_words_in_french(sent):
    refuse(sent)

    page = sent.applicant.client.get(sent.path.replace("/en/", "/fr/"))

    assert "Votre demande a été refusée" in page.text
    assert "Votre requête a été refusée" not in page.text


def test_withdrawing_asks_once_more_and_is_confirmed_by_letter(sent):
    asked = sent.applicant.client.get(f"{sent.path}withdraw/")
    still = sent.row().state

    page = sent.do("withdraw")

    assert "Withdraw the request?" in asked.text
    assert still == "waiting"
    assert page["Location"] == sent.path
    assert (sent.row().state, letters_to()[-1]) == ("withdrawn", "workspace_withdrawn")
    assert "You have withdrawn this request" in sent.see().text
    assert sent.do("withdraw").status_code == 302
    assert letters_to().count("workspace_withdrawn") == 1


def test_a_refusal_is_told_with_its_reason_and_leads_to_asking_again(sent):
    refuse(sent)
    page = sent.see()

    again = sent.applicant.client.post(f"{sent.path}again/")
    person = sent.applicant.see("institution")

    assert REASON in page.text
    assert letters_to()[-1] == "workspace_refused"
    assert again["Location"] == "/en/workspace/institution/"
    assert 'value="oases"' in person.text
    fresh = sent.applicant.row()
    assert (fresh.state, fresh.person_name, fresh.email) == ("unproved", "أمينة بنعلي", EMAIL)
    assert (fresh.email_proved_at, fresh.accepted_at, fresh.reason) == (None, None, "")


def test_only_what_has_ended_is_asked_for_again(sent):
    page = sent.do("again")

    assert page["Location"] == sent.path
    assert WorkspaceRequest.objects.count() == 1


def test_every_letter_has_the_same_link(sent):
    ask(sent)
    sent.do("answer", text="The complaints unit.")
    refuse(sent)

    assert letters_to() == [
        "workspace_code",
        "workspace_received",
        "workspace_question",
        "workspace_refused",
    ]
    assert links() == [sent.path] * 3


def test_after_a_change_of_keys_the_next_letter_has_a_new_link(sent, settings):
    settings.SECRET_KEY = "another key for this test alone, long enough"
    ask(sent)

    assert links()[-1] != sent.path
    assert sent.see().status_code == 404
    assert sent.applicant.client.get(links()[-1]).status_code == 200


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_letters_leave_in_the_language_of_the_request(applicant, language, mailoutbox):
    applicant.language = language
    sent = applicant.ask()
    ask(sent)
    sent.do("answer", text="The complaints unit.")
    refuse(sent)

    for mail in Mail.objects.order_by("id"):
        mail_send(mail_id=mail.pk)

    assert len(mailoutbox) == 4
    for message in mailoutbox:
        html = message.alternatives[0].content
        assert f'<html lang="{language}"' in html
        assert message.extra_headers["Content-Language"] == language
        assert "\n" not in message.subject
    assert {(mail.to, str(mail.context)) for mail in Mail.objects.all()} == {("", "{}")}
    assert all(f"/{language}/workspace/requests/" in m.body for m in mailoutbox[1:])


def test_the_log_names_no_person(sent):
    ask(sent)
    sent.do("answer", text="The complaints unit.")

    lines = [str(entry.__dict__) for entry in AuditEntry.objects.all()]

    assert lines
    assert [line for line in lines if "أمينة" in line or EMAIL in line] == []


def test_another_institution_hears_nothing(sent, stranger):
    stranger.ask()
    ask(sent)

    assert letters_to(OTHER_EMAIL) == ["workspace_code", "workspace_received"]
    with pytest.raises(ObjectDoesNotExist):
        Mail.objects.get(to=OTHER_EMAIL, letter="workspace_question")
