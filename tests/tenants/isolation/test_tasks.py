"""What runs later runs where it was asked for, or not at all."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django_tasks_db.models import DBTaskResult

from shared.accounts.models import User
from shared.complaints.models import Complaint
from shared.complaints.types import PartyDraft
from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.mail.models import Mail
from shared.mail.tasks import deliver_mail
from tenants.isolation.schema_switch import CrossAgencyEntry, agency_context
from tenants.models import Agency
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed
from tests.tenants.isolation.canaries import NATIONAL, at_home, word_of, words_in
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

SEEN: list[tuple[str, list[str]]] = []


@schema_task(place=TaskPlace.ANYWHERE)
def look(ending: str = "") -> list[str]:
    """Remember the words of the people who are here, then end as asked."""
    found = sorted(words_in(User.objects.all()))
    SEEN.append((connection.schema_name, found))
    if ending == "error":
        raise ZeroDivisionError
    if ending == "rollback":
        with transaction.atomic():
            User.objects.update(name="nobody")
            raise ZeroDivisionError
    return found


@schema_task(place=TaskPlace.ANYWHERE)
def count_cases() -> int:
    """How many cases there are where this runs."""
    return Complaint.objects.count()


def enqueue_for(task, schema, **arguments):
    """As code would that names a schema itself."""
    return task.enqueue(_schema=schema, **arguments)


def run_by_hand(task, schema):
    """As a worker calls it."""
    return task.func(_schema=schema)


@pytest.fixture(autouse=True)
def _nothing_seen():
    SEEN.clear()


@pytest.fixture
def agencies(db, canaries):
    return list(Agency.objects.filter(code__in=canaries).order_by("code"))


@pytest.mark.parametrize("ending", ["", "error", "rollback"])
def test_a_worker_takes_the_tasks_of_agencies_by_turns_and_each_sees_its_own(agencies, ending):
    for _round in range(3):
        for agency in agencies:
            enqueue_for(look, agency.schema_name, ending=ending)
        look.enqueue(ending=ending)

    run_queue()

    by_schema = {agency.schema_name: agency.code for agency in agencies} | {"public": NATIONAL}
    assert [schema for schema, _found in SEEN] == [*by_schema] * 3
    assert all(at_home(found, by_schema[schema]) for schema, found in SEEN)
    assert connection.schema_name == "public"


def test_a_task_without_a_schema_does_not_run():
    look.enqueue()
    row = DBTaskResult.objects.get()
    row.args_kwargs = {"args": [], "kwargs": {}}
    row.save()

    run_queue()

    row.refresh_from_db()
    assert (SEEN, row.status, row.exception_class_path) == ([], "FAILED", "builtins.KeyError")


@pytest.mark.parametrize("schema", ["a_nobody", "pg_catalog", "", "a_dunes, a_oases", "A_DUNES"])
def test_a_task_for_a_schema_that_is_no_agencys_sees_nobody(canaries, schema):
    with pytest.raises((DatabaseError, ValidationError)):
        in_thread(lambda: run_by_hand(look, schema))

    assert SEEN == []


def test_a_task_that_is_called_by_hand_inside_another_agency_is_refused(dunes, oases):
    with agency_context(dunes), pytest.raises(CrossAgencyEntry):
        run_by_hand(look, oases.schema_name)

    assert SEEN == []


def test_a_task_of_the_national_side_finds_no_cases(canaries):
    with pytest.raises(ProgrammingError, match="does not exist"):
        in_thread(lambda: run_by_hand(count_cases, "public"))


def test_a_letters_number_of_one_agency_sends_nothing_from_another(dunes, oases, mailoutbox):
    with agency_context(oases):
        letter = Mail.objects.order_by("queued_at").first()
    with agency_context(dunes):
        deliver_mail.enqueue(mail_id=str(letter.pk))

    run_queue()

    assert mailoutbox == []
    assert [row.return_value for row in DBTaskResult.objects.all()] == [False]


def test_the_letter_of_a_filing_leaves_from_the_agency_that_it_was_filed_to(agencies, mailoutbox):
    for agency in agencies:
        word = word_of(agency.code)
        receipt = filed(agency, party=PartyDraft(name=word, email=f"{word}@example.org"))

        run_queue()

        sent = mailoutbox.pop()
        assert at_home([sent.to, sent.body], agency.code)
        assert receipt.reference[:4] in sent.body
        assert mailoutbox == []


def test_a_letter_that_leaves_has_words_of_its_own_agency_alone(agencies, mailoutbox):
    for agency in agencies:
        with agency_context(agency):
            for letter in Mail.objects.filter(sent_at=None):
                deliver_mail.enqueue(mail_id=str(letter.pk))
        before = len(mailoutbox)

        run_queue()

        sent = [(m.to, m.subject, m.body, m.alternatives) for m in mailoutbox[before:]]
        assert sent
        assert at_home(sent, agency.code)
