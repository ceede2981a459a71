"""What is forgotten, and when."""

from datetime import timedelta

import pytest

from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.selectors.requests import request_by_id
from public_portal.workspace_requests.services.drafts import request_mail_prune, requests_prune
from public_portal.workspace_requests.services.request_review import (
    institution_question_ask,
    request_approve,
    request_refuse,
)
from public_portal.workspace_requests.types import Approval
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tests.public_portal.workspace_requests.conftest import REVIEWER

pytestmark = pytest.mark.django_db


def later(**span):
    return clock.travel(clock.now() + timedelta(**span))


def test_answers_that_were_not_sent_are_forgotten_after_thirty_days(applicant, stranger):
    applicant.answer_all("person")
    stranger.ask()

    with later(days=29):
        assert requests_prune() == 0
    with later(days=31):
        assert requests_prune() == 1

    assert [row.organisation_code for row in WorkspaceRequest.objects.all()] == ["lagoons"]


def test_who_sent_a_request_is_forgotten_a_year_after_the_decision(sent, stranger):
    stranger.ask()
    number = sent.row().pk
    for act, words in (
        (institution_question_ask, {"text": "Who?"}),
        (request_refuse, {"reason": "No."}),
    ):
        version = request_by_id(request_id=number).version
        act(request_id=number, version=version, actor=REVIEWER, **words)

    with later(days=364):
        requests_prune()
        kept = sent.row().person_name
    with later(days=366):
        requests_prune()
        page = sent.see()

    row = sent.row()
    assert kept == "أمينة بنعلي"
    assert (row.person_name, row.person_function, row.phone, row.message) == ("", "", "", "")
    assert (row.email, row.reason, row.state) == ("@oases.gov.ma", "No.", "refused")
    assert WorkspaceNote.objects.count() == 0
    assert "have been deleted" in page.text
    assert stranger.row().person_name == "أمينة بنعلي"


def test_letters_are_forgotten_a_day_after_they_left(sent):
    first, second = Mail.objects.order_by("id")
    mail_send(mail_id=first.pk)

    with later(days=2):
        request_mail_prune()

    assert list(Mail.objects.all()) == [second]


def test_the_ended_work_of_an_old_request_forgets_who_was_invited(sent):
    approval = Approval(code="oases", names=Wording(ar="و", fr="O", en="O"), plan_code="")
    job = request_approve(
        request_id=sent.number, version="waiting.0", approval=approval, actor=REVIEWER
    )
    Job.objects.update(state="done")

    with later(days=366):
        requests_prune()

    assert Job.objects.get(pk=job.id).arguments == {}
