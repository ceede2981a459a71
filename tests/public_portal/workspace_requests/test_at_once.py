"""Two at once, on connections of their own: one wins, and the other hears of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest

from public_portal.workspace_requests.errors import MailedCodeVoid, MailedCodeWrong
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.services.drafts import answers_keep
from public_portal.workspace_requests.services.email_proof import code_send, email_code_accept
from public_portal.workspace_requests.services.request_review import (
    request_approve,
    request_refuse,
    request_withdraw,
)
from public_portal.workspace_requests.services.submission import request_send
from public_portal.workspace_requests.types import TERMS_VERSION, Answers, Approval
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.errors import DomainError
from shared.kernel.text import Wording
from shared.mail.models import Mail
from tests.public_portal.workspace_requests.conftest import REVIEWER
from tests.support.processes import outside_connection
from tests.tenants.isolation.committed import in_thread, with_own_connection

pytestmark = pytest.mark.django_db
THREADS = 8
EMAIL = "amina@at-once.gov.ma"
ANSWERS = Answers(
    proposed_ar="وكالة المنارات",
    proposed_fr="Agence des phares",
    proposed_kind="institution",
    email=EMAIL,
    person_name="Amina",
    person_function="Head",
    phone="+212537123456",
    volume="few",
    terms_version=TERMS_VERSION,
)
LEFT = """
    DELETE FROM limits_attempt;
    DELETE FROM signup_workspacenote;
    DELETE FROM signup_workspacerequest;
    DELETE FROM jobs_job WHERE kind = 'provision';
    DELETE FROM mail_mail WHERE letter LIKE 'workspace_%%';
    DELETE FROM audit_auditentry;
    DELETE FROM django_tasks_database_dbtaskresult;
    DELETE FROM directory_alias a USING directory_organisation o
        WHERE a.organisation_id = o.id AND o.is_added;
    DELETE FROM directory_organisation WHERE is_added;
"""


def proved() -> UUID:
    number = answers_keep(request_id=None, answers=ANSWERS, language="fr")
    WorkspaceRequest.objects.filter(pk=number).update(email_proved_at=clock.now())
    return number


@pytest.fixture
def answered():
    """Answers that are really committed, and gone afterwards."""
    number = in_thread(proved)
    yield number
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(LEFT)
    outside.close()


def at_once(acts):
    """What each act brings, all begun in the same moment: its value, or the code of its refusal."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal.code

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(lambda act: with_own_connection(lambda: run(act)), acts))


def approve(number, code):
    names = Wording(ar="وكالة المنارات", fr="Agence des phares", en="Lighthouses")
    approval = Approval(code=code, names=names, plan_code="")
    job = request_approve(request_id=number, version="waiting.0", approval=approval, actor=REVIEWER)
    return job.subject


def test_eight_presses_of_the_last_button_send_one_request(answered):
    tokens = at_once([lambda: request_send(request_id=answered)] * THREADS)

    assert len(set(tokens)) == 1
    assert in_thread(lambda: list(Mail.objects.values_list("letter", flat=True))) == [
        "workspace_received"
    ]


def test_of_reviewers_and_the_institution_one_decides(answered):
    in_thread(lambda: request_send(request_id=answered))
    acts: list[Callable[[], object]] = [
        *(partial(approve, answered, code) for code in ("one", "two", "three")),
        lambda: request_refuse(
            request_id=answered, version="waiting.0", reason="No.", actor=REVIEWER
        ),
        lambda: request_withdraw(request_id=answered),
    ]

    results = at_once(acts)

    row = in_thread(lambda: WorkspaceRequest.objects.get(pk=answered))
    jobs = in_thread(lambda: list(Job.objects.values_list("subject", flat=True)))
    assert results.count("workspace_request_decided") == len(acts) - 1
    assert jobs == ([row.agency_code] if row.state == "approved" else [])
    assert row.state in ("approved", "refused", "withdrawn")


def test_one_code_is_given_to_one_of_two_requests(answered):
    other = in_thread(proved)
    for number in (answered, other):
        in_thread(partial(request_send, request_id=number))

    results = at_once([partial(approve, answered, "phares"), partial(approve, other, "phares")])

    assert sorted(results) == ["agency_code_taken", "phares"]
    assert in_thread(lambda: Job.objects.count()) == 1


def waits_for_a_code() -> UUID:
    number = answers_keep(request_id=None, answers=ANSWERS, language="fr")
    code_send(request_id=number, place="198.51.100.7")
    return number


def test_of_guesses_of_a_code_at_once_four_are_told_to_try_again(answered):
    number = in_thread(waits_for_a_code)
    code = in_thread(lambda: Mail.objects.get(letter="workspace_code").context["code"])
    wrong = [f"{(int(code) + step) % 10**6:06}" for step in range(1, THREADS + 1)]

    told = at_once(
        [
            partial(email_code_accept, request_id=number, code=typed, place=f"192.0.2.{place}")
            for place, typed in enumerate(wrong)
        ]
    )

    assert sorted(told) == [MailedCodeVoid.code] * 4 + [MailedCodeWrong.code] * 4
