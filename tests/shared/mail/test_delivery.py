"""A letter is tried for seven days, and its own row says how it stands."""

from datetime import timedelta
from itertools import pairwise
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import Queue
from shared.jobs.models import QueuePause
from shared.jobs.services.task_queue import tasks_prune, tasks_reap
from shared.jobs.services.worker_loop import QueueLane
from shared.kernel import clock
from shared.mail.models import Mail
from shared.mail.services import mail_deliver, mail_row
from tenants.case_access.services.one_time_links import link_ask
from tenants.fleet.services.health.summary import mail_health
from tenants.fleet.services.health.undelivered_mail import (
    agency_letters_failed,
    letters_requeue,
    letters_resend,
)
from tenants.fleet.services.health.usage import usage_measure
from tenants.fleet.tasks import keep_all_cases, keep_letters
from tenants.isolation.schema_switch import agency_context
from tenants.models import AgencyUsage
from tests.shared.jobs.workers import run_queue
from tests.shared.mail.smtp import closed_port, mail_server, mail_settings
from tests.support.factories import filed, staff
from tests.support.moments import days_later
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

TASK = "shared.mail.tasks.deliver_mail"
ADDRESS = "person@example.org"


@pytest.fixture
def away():
    """The mail server cannot be reached."""
    with override_settings(**mail_settings(closed_port())):
        yield


@pytest.fixture
def server():
    """A mail server that can be told what to answer."""
    with mail_server() as running, override_settings(**mail_settings(running.port)):
        yield running


def letter_of(agency):
    with agency_context(agency):
        return Mail.objects.get()


def written(agency):
    """A letter about a new case."""
    filed(agency)
    return letter_of(agency)


def waiting_tasks():
    return DBTaskResult.objects.filter(task_path=TASK, status="READY")


def tried_until(agency, *, days):
    """Live through some days in which the worker does what is due, and nothing else."""
    start, moments = clock.now(), []
    while (task := waiting_tasks().first()) is not None:
        moment = max(start, task.run_after) if task.run_after.year < 9999 else start
        if moment - start > timedelta(days=days):
            break
        with clock.travel(moment + timedelta(seconds=1)):
            run_queue()
        moments.append(moment - start)
    return moments


def test_a_letter_is_tried_for_seven_days_with_growing_pauses(roads, away):
    written(roads)

    moments = tried_until(roads, days=30)

    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert timedelta(days=7) <= moments[-1] <= timedelta(days=7, hours=8)
    assert pauses[:6] == sorted(pauses[:6])
    assert max(pauses) <= timedelta(hours=7.3)
    letter = letter_of(roads)
    assert (letter.failure, letter.sent_at, letter.last_error) == (
        "unreachable", None, "ConnectionRefusedError",
    )  # fmt: skip
    assert letter.attempts == len(moments)
    assert not waiting_tasks().exists()


@pytest.mark.slow
def test_a_letter_leaves_when_the_server_is_back_on_the_sixth_day(roads):
    written(roads)
    with override_settings(**mail_settings(closed_port())):
        tried_until(roads, days=6)

    later = clock.travel(days_later(6))
    with mail_server() as server, override_settings(**mail_settings(server.port)), later:
        tried_until(roads, days=1)

    assert [one["To"] for one in server.letters] == [ADDRESS]
    letter = letter_of(roads)
    assert (letter.failed_at, letter.last_error, letter.unfinished_attempts) == (None, "", 0)


def test_no_row_of_a_task_holds_the_address_of_a_letter_that_was_refused(roads, server):
    server.answers["RCPT"] = f"450 4.2.1 <{ADDRESS}> try again"
    written(roads)

    run_queue()

    tasks = str(list(DBTaskResult.objects.values()))
    assert ADDRESS not in tasks
    assert DBTaskResult.objects.filter(task_path=TASK, status="FAILED").count() == 0
    assert letter_of(roads).last_error == "SMTPRecipientsRefused 450"


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("RCPT", "550 5.1.1 no such user", "refused"),
        ("RCPT", "552 5.2.2 mailbox full", "refused"),
        ("END", "550 5.1.1 no such user", "refused"),
        ("RCPT", "450 4.2.1 try again", ""),
        ("RCPT", "554 5.7.1 relay access denied", ""),
        ("RCPT", "530 5.7.0 sign in first", ""),
        ("MAIL", "550 5.1.0 sender unknown", ""),
        ("MAIL", "421 4.3.2 closing", ""),
    ],
)
def test_only_what_is_wrong_with_the_recipient_ends_a_letter_at_once(
    roads, server, command, answer, failure
):
    server.answers[command] = answer
    written(roads)

    run_queue()

    assert letter_of(roads).failure == failure
    assert waiting_tasks().count() == (0 if failure else 1)


@pytest.mark.parametrize("fate", repeats(["given_up", "pruned", "missing"], keep=1))
def test_the_upkeep_finds_a_letter_whose_task_is_lost(roads, water, mailoutbox, fate):
    written(roads)
    lose_task(fate)

    with clock.travel(clock.now() + timedelta(days=31) * (fate == "pruned") + timedelta(hours=1)):
        tasks_prune()
        keep_all_cases.enqueue()
        run_queue()

    assert [one.to for one in mailoutbox] == [[ADDRESS]]
    assert not waiting_tasks().exists()


def lose_task(fate):
    if fate == "missing":
        waiting_tasks().delete()
        return
    waiting_tasks().update(status="RUNNING", worker_ids=["a", "b", "c", "d", "e"])
    tasks_reap()


def test_the_upkeep_finds_a_letter_of_the_national_side_too(roads, mailoutbox):
    reference = filed(roads).reference
    with agency_context(roads):
        Mail.objects.all().delete()
    mail = mail_row(
        to=ADDRESS, letter="workspace_code", language="fr", reference="", context={"code": "1"}
    )
    mail.save(force_insert=True)
    waiting_tasks().delete()

    with clock.travel(clock.now() + timedelta(hours=1)):
        keep_letters.enqueue()
        run_queue()

    assert [one.to for one in mailoutbox] == [[ADDRESS]]
    assert reference


def test_a_letter_with_a_task_gets_no_second_one(roads, away):
    written(roads)
    run_queue()

    with clock.travel(clock.now() + timedelta(hours=1)):
        assert letters_requeue(schema_name=roads.schema_name) == 0
    assert waiting_tasks().count() == 1


def test_a_letter_on_which_five_workers_died_is_listed_and_kills_no_sixth(roads, mailoutbox):
    letter = written(roads)
    with agency_context(roads):
        Mail.objects.update(unfinished_attempts=5, attempts=5)
    lose_task("given_up")

    with clock.travel(clock.now() + timedelta(hours=1)):
        letters_requeue(schema_name=roads.schema_name)
        run_queue()

    assert mailoutbox == []
    failed = agency_letters_failed(agency=roads)
    assert [(one.id, one.failure) for one in failed] == [(letter.pk, "worker_died")]


def test_an_attempt_is_counted_before_it_is_made(roads, server):
    letter = written(roads)

    dying = connection.execute_wrapper(die_when_it_is_noted)
    with agency_context(roads), pytest.raises(KeyboardInterrupt), dying:
        mail_deliver(mail_id=letter.pk)

    letter = letter_of(roads)
    assert (letter.attempts, letter.unfinished_attempts) == (1, 1)


def die_when_it_is_noted(execute, sql, params, many, context):
    """As a worker that dies between the mail server's yes and its own note of it."""
    if 'UPDATE "mail_mail"' in sql and '"sent_at"' in sql.partition("WHERE")[0]:
        raise KeyboardInterrupt
    return execute(sql, params, many, context)


def test_a_code_is_not_tried_past_its_life(roads, away):
    link_ask(reference=filed(roads).reference, email=ADDRESS, language="fr")
    agency_letter = letter_of(roads)
    start = clock.now()

    with clock.travel(start + timedelta(minutes=1)):
        run_queue()
    with clock.travel(start + timedelta(minutes=61)):
        run_queue()

    letter = Mail.objects.get(letter="link")
    assert (letter.failure, letter.to, letter.context) == ("expired", "", {})
    assert not waiting_tasks().exclude(args_kwargs__kwargs__mail_id=str(agency_letter.pk)).exists()
    assert mail_health().failed == 0
    assert letters_resend(schema_name="public") == 0


def test_failed_letters_are_counted_at_once(roads, server):
    server.answers["RCPT"] = "550 5.1.1 no such user"
    usage_measure(agency=roads)
    written(roads)

    run_queue()

    assert AgencyUsage.objects.get(agency=roads).mails_failed == 1
    pulse = mail_health()
    assert (pulse.failed, pulse.waiting, pulse.oldest_at) == (1, 0, None)


def test_waiting_letters_are_counted_with_the_age_of_the_oldest(roads, water, away):
    first = written(roads)
    written(water)
    run_queue()

    pulse = mail_health()

    assert pulse.waiting == 2
    assert abs(pulse.oldest_at - first.queued_at) < timedelta(seconds=5)


def test_failed_letters_are_sent_again_by_one_command(roads, water, server, capsys):
    server.answers["RCPT"] = "550 5.1.1 no such user"
    for agency in (roads, water):
        usage_measure(agency=agency)
        written(agency)
    run_queue()
    server.answers.clear()

    call_command("resend_letters", "--dry-run")
    call_command("resend_letters", "--agency=roads", "--reason=unreachable")
    call_command("resend_letters", "--agency=roads")
    run_queue()

    assert capsys.readouterr().out.split("\n") == [
        "roads: 1", "water: 1", "2 letters would be sent again.",
        "0 letters will be sent again.",
        "roads: 1", "1 letters will be sent again.", "",
    ]  # fmt: skip
    assert len(server.letters) == 1
    assert (letter_of(roads).failure, letter_of(water).failure) == ("", "refused")
    assert [one.mails_failed for one in AgencyUsage.objects.order_by("agency")] == [0, 1]


def test_an_agency_that_does_not_exist_is_named(db):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("resend_letters", "--agency=nowhere")


@pytest.mark.slow
def test_what_is_sent_again_is_tried_for_another_seven_days(roads, away):
    written(roads)
    tried_until(roads, days=30)
    later = clock.now() + timedelta(days=20)

    with clock.travel(later):
        assert letters_resend(schema_name=roads.schema_name) == 1
        run_queue()

    letter = letter_of(roads)
    assert (letter.failure, letter.attempts) == ("", 1)
    assert letter.retry_until == later + timedelta(days=7)


def test_ten_letters_cost_three_tries_while_the_server_is_away(roads, away):
    for _number in range(10):
        filed(roads)
    lane = QueueLane(queue=Queue.MAIL, worker_id="w", interval=0, stop=Event())

    while lane.run_one():
        pass

    pause = QueuePause.objects.get()
    assert pause.failures == 3
    with agency_context(roads):
        assert Mail.objects.filter(attempts=0).count() == 7
    assert mail_health().paused_since == pause.failing_since


def test_one_letter_tries_after_a_pause_and_all_follow_when_it_has_left(roads, mailoutbox):
    for _number in range(5):
        filed(roads)
    lane = QueueLane(queue=Queue.MAIL, worker_id="w", interval=0, stop=Event())
    with override_settings(**mail_settings(closed_port())):
        while lane.run_one():
            pass
        with clock.travel(clock.now() + timedelta(seconds=6)):
            assert [lane.run_one(), lane.run_one()] == [True, False]

    with clock.travel(clock.now() + timedelta(minutes=10)):
        while lane.run_one():
            pass

    assert len(mailoutbox) == 5
    assert not QueuePause.objects.exists()


def test_a_letter_never_tried_stays_until_it_is_tried(roads):
    written(roads)
    waiting_tasks().delete()

    with clock.travel(days_later(9)):
        assert letters_requeue(schema_name=roads.schema_name) == 1
    assert letter_of(roads).failure == ""


def test_old_letters_behind_a_pause_fail_without_another_try(roads, away):
    written(roads)
    run_queue()

    with clock.travel(days_later(8)):
        letters_requeue(schema_name=roads.schema_name)

    assert letter_of(roads).failure == "unreachable"


def test_staff_get_the_same_answer_for_a_code_that_cannot_leave(roads, away):
    known = staff(roads, email="known@roads.example").email
    # Letters for one place are limited, and other tests have asked from the usual one.
    browser = Client(headers={"host": "roads.testserver"}, REMOTE_ADDR="10.4.0.1")

    answers = [
        browser.post("/accounts/password/reset/", {"email": email})
        for email in (known, "unknown@roads.example")
    ]

    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, "/accounts/password/reset/confirm/")
    ] * 2
