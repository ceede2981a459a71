"""No text of an officer stays where it is for ever: neither one that leaves, nor one left over."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from agency_console.casework.models import CaseDraft
from agency_console.casework.services import dispatch
from agency_console.casework.services.dispatch import send_draft
from agency_console.casework.services.maintenance import DRAFT_LIFE, OVERDUE
from shared.accounts.enums import Role
from shared.accounts.services.users import users_deactivate
from shared.complaints.enums import Status
from shared.complaints.models import Attachment
from shared.complaints.services import complaint_assign, complaint_withdraw
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.errors import ClockWrong
from tenants.fleet.tasks import keep_cases
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import WORDS, sent, ten_seconds_later, text_of
from tests.support import samples
from tests.support.factories import officer_actor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def upkeep(agency, after):
    """The hourly upkeep of an agency, so much later."""
    with clock.travel(clock.now() + after):
        keep_cases.call(agency_code=agency.code, _schema="public")  # type: ignore[call-arg]


def press(console, reference):
    version = str(console.case(reference).version)
    console.post(f"/cases/{reference}/reply/", {**WORDS, "version": version, "step": "send"})


def write(console, reference, **changes):
    """What the page of a case saves, with a file beside it."""
    file = SimpleUploadedFile("letter.pdf", samples.PDF, content_type="application/pdf")
    words = {**WORDS, "version": "2", "step": "attach", "uploads": [file], **changes}
    console.post(f"/cases/{reference}/reply/", words)


def queued():
    waiting = DBTaskResult.objects.filter(
        task_path=send_draft.module_path, status=TaskResultStatus.READY
    )
    return waiting.count()


def drafts(console):
    with agency_context(console.agency):
        return list(CaseDraft.objects.order_by("saved_at"))


def raises(error):
    def refuse(*_args, **_kwargs):
        raise error

    return refuse


# --- what leaves ---------------------------------------------------------------------------------


def test_a_text_whose_task_was_lost_gets_another_one_and_is_sent(console, mine, roads, water):
    press(console, mine)
    DBTaskResult.objects.all().delete()

    upkeep(water, OVERDUE + HOUR)
    of_another_agency = queued()
    upkeep(roads, OVERDUE + timedelta(seconds=1))

    assert (of_another_agency, queued()) == (0, 1)
    (row,) = DBTaskResult.objects.filter(task_path=send_draft.module_path)
    (draft,) = drafts(console)
    assert row.args_kwargs["kwargs"] == {"_schema": roads.schema_name, "draft_id": str(draft.pk)}
    assert ten_seconds_later(console) == [True]
    assert console.case(mine).status == Status.ANSWERED


def test_a_text_whose_task_failed_for_good_gets_another_one(console, mine, roads):
    press(console, mine)
    DBTaskResult.objects.filter(task_path=send_draft.module_path).update(
        status=TaskResultStatus.FAILED, finished_at=clock.now()
    )

    upkeep(roads, OVERDUE + HOUR)

    assert queued() == 1


def test_a_text_whose_task_still_waits_gets_no_second_one(console, mine, roads):
    press(console, mine)

    upkeep(roads, OVERDUE + HOUR)
    upkeep(roads, OVERDUE + 2 * HOUR)

    assert queued() == 1


def test_a_text_that_was_pressed_just_now_is_left_to_its_task(console, mine, roads):
    press(console, mine)
    DBTaskResult.objects.all().delete()

    upkeep(roads, OVERDUE - timedelta(minutes=1))

    assert queued() == 0


def test_a_text_that_was_taken_back_is_not_sent_by_the_upkeep(console, mine, roads):
    press(console, mine)
    console.post(f"/cases/drafts/{drafts(console)[0].pk}/take-back/")
    DBTaskResult.objects.all().delete()

    upkeep(roads, OVERDUE + HOUR)

    assert (queued(), sent(console, mine)) == (0, [])


def test_a_text_waits_while_the_servers_cannot_send_it(console, mine, monkeypatch):
    press(console, mine)
    with monkeypatch.context() as patch:
        patch.setattr(dispatch, "near_copy_percentage", raises(ClockWrong(retry_after=5)))
        with pytest.raises(ClockWrong):
            ten_seconds_later(console)

    (held,) = drafts(console)

    assert (held.pressed_at is not None, held.failure) == (True, "")
    assert ten_seconds_later(console) == [True]


# --- what is left over ---------------------------------------------------------------------------


def test_a_text_of_a_case_that_ended_for_good_is_deleted_with_its_files(console, mine, roads):
    write(console, mine)
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)
        (file,) = Attachment.everything.all()
    kept_before = default_storage.exists(file.path)

    upkeep(roads, DRAFT_LIFE - HOUR)
    before = len(drafts(console))
    upkeep(roads, DRAFT_LIFE + HOUR)

    assert (kept_before, before) == (True, 1)
    assert drafts(console) == []
    with agency_context(roads):
        assert not Attachment.everything.exists()
    assert not default_storage.exists(file.path)


def test_a_text_that_waits_for_approval_is_deleted_too(console, mine, roads):
    write(console, mine)
    with agency_context(roads):
        CaseDraft.objects.update(approval_asked_at=clock.now())
        complaint_withdraw(reference=mine, actor=CITIZEN)

    upkeep(roads, DRAFT_LIFE + HOUR)

    assert drafts(console) == []


def test_a_text_of_an_open_case_is_kept(console, mine, roads):
    write(console, mine)

    upkeep(roads, 5 * DRAFT_LIFE)

    assert len(drafts(console)) == 1


def test_a_text_after_the_reply_is_kept_until_the_case_has_been_closed_for_as_long(
    console, mine, roads
):
    press(console, mine)
    ten_seconds_later(console)
    write(console, mine)
    saved = len(drafts(console))

    upkeep(roads, 30 * DAY)
    inside = len(drafts(console))
    # The upkeep closes it, and 30 days begin.
    upkeep(roads, 32 * DAY)
    closed = console.case(mine).status
    upkeep(roads, 32 * DAY + DRAFT_LIFE - HOUR)
    still = len(drafts(console))
    upkeep(roads, 32 * DAY + DRAFT_LIFE + HOUR)

    assert (saved, inside, closed, still, len(drafts(console))) == (1, 1, Status.CLOSED, 1, 0)


def test_a_note_that_is_written_in_an_old_case_is_not_deleted_the_same_day(console, mine, roads):
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)
    with clock.travel(clock.now() + 2 * DRAFT_LIFE):
        console.sign_in_as(Role.AGENT, "later@roads.example")
        console.post(f"/cases/{mine}/draft/note/", {"body": "Ask Karim.", "version": "3"})

    upkeep(roads, 2 * DRAFT_LIFE + DAY)

    assert [draft.act for draft in drafts(console)] == ["note"]


def test_the_text_of_somebody_whose_account_was_closed_is_read_by_who_gets_the_case(
    console, mine, agent, colleague, roads
):
    write(console, mine, facts="The cable was stolen in March.")
    with agency_context(roads):
        complaint_assign(reference=mine, officer=colleague, actor=officer_actor(agent))
        users_deactivate(only=[agent.pk], actor=SYSTEM)
    upkeep(roads, DAY)
    console.sign_in(colleague)

    page = text_of(console.get(f"/cases/{mine}/"))

    assert "The cable was stolen in March." in page
    assert "letter.pdf" in page
