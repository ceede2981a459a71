"""Administrators take everything along in their console; operators on an agency's behalf."""

import re
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from django.core import mail
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.audit.models import AuditEntry
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_next
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.requests import restore_ask
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.agency_export.services.work_folders import exports_prune, folder_of
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models.enums import AgencyState
from tests.public_portal.oversight.reading import press
from tests.support.factories import PASSWORD, filed, staff
from tests.support.refused_forms import is_refused
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

HOST, OVERSIGHT = "roads.testserver", "oversight.testserver"
IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


class Browser(Client):
    """Between two clicks the test stands in the public schema."""

    def request(self, **request):
        try:
            return super().request(**request)
        finally:
            start_in(None)


def browser(agency, role=Role.ADMINISTRATOR, email=""):
    """A member of an agency's staff, in English."""
    client = Browser(headers={"host": f"{agency.code}.testserver"})
    person = staff(agency, role, email)
    with agency_context(agency):
        open_session(client, person)
    client.cookies["language"] = "en"
    return client


def official(role=Role.OPERATOR, email="operator@oversight.example"):
    client = Browser(headers={"host": OVERSIGHT})
    open_session(
        client,
        user_create(email=email, name="Operator", role=role, password=PASSWORD, actor=SYSTEM),
    )
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def administrator(roads):
    return browser(roads)


def job_size(job):
    return Job.objects.get(pk=job.pk).result["size"]


def asked(client):
    """The key that was shown, and the job."""
    page = client.post("/leaving/new/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    return set(IDENTITY.findall(page.content.decode())), Job.objects.latest("created_at")


def test_the_key_is_shown_once_and_kept_nowhere(administrator, roads, water):
    keys, job = asked(administrator)

    assert len(keys) == 1
    (key,) = keys
    public = pyrage.x25519.Identity.from_str(key).to_public()
    assert job.arguments["recipient"] == str(public)
    assert (job.kind, job.subject, job.schema_name) == ("export", "roads", "a_roads")
    for page in ("/leaving/", f"/leaving/{job.pk}/"):
        assert key not in administrator.get(page).content.decode()
    with agency_context(roads):
        kept = str(list(AuditEntry.objects.values())) + str(list(Mail.objects.values()))
    kept += str(list(Job.objects.values())) + str(list(AuditEntry.objects.values()))
    assert key not in kept
    assert "agency.export_asked" in kept


def test_page_of_the_key_asked_for_again_leads_to_the_export_and_not_to_the_key(administrator):
    (key,), job = asked(administrator)

    answer = administrator.get("/leaving/new/")
    page = administrator.get(answer["Location"]).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, f"/leaving/{job.pk}/")
    assert "The key was shown once, when the export was started." in page
    assert key not in page
    assert Job.objects.count() == 1


def test_page_of_the_key_without_an_export_leads_to_the_page_that_starts_one(administrator, water):
    asked(browser(water, email="w@water.example"))

    answer = administrator.get("/leaving/new/")

    assert (answer.status_code, answer["Location"]) == (302, "/leaving/")


def test_one_file_is_made_at_a_time(administrator):
    asked(administrator)

    page = administrator.get("/leaving/").content.decode()
    again = administrator.post("/leaving/new/")

    assert "An export is already running." in page
    assert 'action="/leaving/new/"' not in page
    assert again.status_code == 409
    assert Job.objects.count() == 1


def test_it_is_watched_taken_checked_and_deleted_after_seven_days(administrator, roads):
    filed(roads)
    exports_prune()
    _keys, job = asked(administrator)
    waiting = administrator.get(f"/leaving/{job.pk}/").content.decode()
    # The snapshot is of what is committed; here that is an agency without cases.
    done = job_next(worker="w", only=job.pk)

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    page = administrator.get(f"/leaving/{job.pk}/").content.decode()
    taken = administrator.get(f"/leaving/{job.pk}/file/")
    content = b"".join(taken.streaming_content)
    assert "Waiting" in waiting
    assert f"/leaving/{job.pk}/file/" not in waiting
    assert done.result["sha256"] in page
    assert "tables/complaints_complaint.csv" in page
    assert (len(content), content[:21]) == (done.result["size"], b"age-encryption.org/v1")
    assert taken["Content-Type"] == "application/octet-stream"
    assert taken["Content-Disposition"] == f'attachment; filename="{done.result["file"]}"'
    with agency_context(roads):
        assert AuditEntry.objects.filter(action="agency.bundle_taken").count() == 1

    assert exports_prune() == 0
    with clock.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert administrator.get(f"/leaving/{job.pk}/file/").status_code == 404
        late = administrator.get(f"/leaving/{job.pk}/").content.decode()
        assert "This file has been deleted" in late
        assert exports_prune() == 1
    assert not folder_of(job.pk).exists()


def test_a_letter_says_that_it_is_ready_and_holds_no_secret(administrator, roads):
    keys, job = asked(administrator)
    done = job_next(worker="w", only=job.pk)
    with agency_context(roads):
        letter = Mail.objects.get(letter="bundle_ready")
        mail_send(mail_id=letter.pk)

    (sent,) = mail.outbox
    whole = f"{sent.body} {sent.alternatives}"
    assert done.state is JobState.DONE
    assert sent.to == ["administrator@roads.example"]
    assert f"http://{HOST}:8000/leaving/" in whole
    assert keys.isdisjoint(IDENTITY.findall(whole))
    assert str(job.arguments["recipient"]) not in whole


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_administrators(role, roads, administrator):
    _keys, job = asked(administrator)
    colleague = browser(roads, role)

    answers = [
        colleague.get("/leaving/"),
        colleague.post("/leaving/new/"),
        colleague.get(f"/leaving/{job.pk}/"),
        colleague.get(f"/leaving/{job.pk}/file/"),
        colleague.post(f"/leaving/{job.pk}/cancel/"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert "/leaving/" not in colleague.get("/").content.decode()


def test_nothing_of_another_agency(administrator, water):
    _keys, job = asked(administrator)
    job_next(worker="w", only=job.pk)
    other = browser(water)

    answers = [
        other.get(f"/leaving/{job.pk}/"),
        other.get(f"/leaving/{job.pk}/file/"),
        other.post(f"/leaving/{job.pk}/cancel/"),
        other.post(f"/leaving/{job.pk}/retry/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "None so far" in other.get("/leaving/").content.decode()
    assert official().get(f"/agencies/roads/bundle/{job.pk}/file/").status_code == 404


def test_it_is_cancelled_and_tried_again(administrator):
    _keys, job = asked(administrator)

    answer = administrator.post(f"/leaving/{job.pk}/cancel/", follow=True)
    done = job_next(worker="w", only=job.pk)

    assert answer.redirect_chain == [(f"/leaving/{job.pk}/", 302)]
    assert done.state is JobState.CANCELLED
    assert administrator.post(f"/leaving/{job.pk}/retry/").status_code == 409
    assert len(asked(administrator)[0]) == 1


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_a_closed_workspace_can_leave(state, administrator, roads):
    roads.state = state
    roads.save(update_fields=["state"])

    keys, job = asked(administrator)

    assert job_next(worker="w", only=job.pk).state is JobState.DONE
    assert len(keys) == 1
    file = administrator.get(f"/leaving/{job.pk}/file/")
    assert (file.status_code, len(b"".join(file.streaming_content))) == (200, job_size(job))


def test_operators_need_the_key_of_the_agency(roads):
    operator = official()
    keys = key_make()

    why = {"reason": "Its administrators have asked us to."}
    refused = operator.post("/agencies/roads/bundle/", {"recipient": keys.identity, **why})
    taken = operator.post("/agencies/roads/bundle/", {"recipient": f" {keys.recipient} ", **why})
    assert Job.objects.count() == 0
    second = official(Role.ANALYST, "agrees@oversight.example")
    workspace = "/agencies/roads/workspace/"
    press(second, "/agencies/roads/bundle/answer/", {"do": "agree"}, read_at=workspace)
    job = Job.objects.get()
    done = job_next(worker="w", only=job.pk)

    assert is_refused(refused)
    assert "This is not a public key of age:" in refused.content.decode()
    assert taken["Location"] == "/agencies/roads/bundle/"
    assert (done.state, job.schema_name) == (JobState.DONE, "public")
    page = operator.get("/agencies/roads/bundle/").content.decode()
    assert f"/agencies/roads/bundle/{job.pk}/file/" in page
    file = operator.get(f"/agencies/roads/bundle/{job.pk}/file/")
    content = b"".join(file.streaming_content)
    clear = pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(keys.identity)])
    assert b"manifest.json" in clear
    assert operator.get(f"/agencies/water/bundle/{job.pk}/file/").status_code == 404
    colleague = official(email="second@oversight.example")
    assert colleague.get(f"/agencies/roads/bundle/{job.pk}/file/").status_code == 404


def test_analysts_neither_export_nor_restore(roads):
    analyst = official(Role.ANALYST, "analyst@oversight.example")

    assert analyst.get("/agencies/roads/bundle/").status_code == 403
    assert analyst.post("/agencies/roads/bundle/", {"recipient": "x"}).status_code == 403
    assert analyst.get("/workspaces/restore/").status_code == 403


def test_the_page_of_restoring_tells_the_command_and_lists_what_was_done(roads):
    operator = official()

    empty = operator.get("/workspaces/restore/").content.decode()
    restore_ask(
        file=Path("/nowhere/sands.insaf.age"),
        key_file=Path("/nowhere/key"),
        order=RestoreOrder(code="sands", state=AgencyState.ACTIVE),
        actor=SYSTEM,
    )
    page = operator.get("/workspaces/restore/").content.decode()

    assert "restore_agency FILE.insaf.age" in empty
    assert "None so far" in empty
    assert "sands" in page
    assert operator.get("/agencies/nobody/bundle/").status_code == 404
