"""Rows of several tables are written by one statement, all or none."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from shared.accounts.enums import Role
from shared.complaints.models import Complaint, Note, Party
from shared.kernel import clock
from shared.mail.models import Mail
from shared.register.models import RegisterOutbox
from shared.rows.services import rows_insert
from tests.factories import staff

pytestmark = pytest.mark.django_db


def complaint(reference="4815162342108097", **changes: object):
    values: dict[str, object] = {
        "kind": "observation",
        "status": "received",
        "subject": "s",
        "body": "b",
    }
    values |= {"language": "fr", "privacy": "named", "channel": "api", "received_at": clock.now()}
    return Complaint(reference=reference, **{**values, **changes})


def letter(**changes):
    values = {"to": "a@example.org", "letter": "received", "language": "fr"}
    return Mail(id=uuid.uuid4(), queued_at=clock.now(), context={"a": "100% é"}, **values | changes)


def test_a_row_points_to_another_new_one_that_has_no_key_yet(in_roads, django_assert_num_queries):
    Mail.objects.count()  # the first query of a test also takes on role and schema
    case = complaint()
    person = Party(complaint=case, kind="person", name="100% %s; DROP TABLE x; --")
    with django_assert_num_queries(1):
        rows_insert(case, person, letter())

    assert case.pk is not None
    assert Party.objects.get(complaint=case).name == "100% %s; DROP TABLE x; --"
    assert Mail.objects.get().context == {"a": "100% é"}


def test_a_row_may_point_to_one_that_is_there_already(roads, in_roads):
    officer = staff(roads, Role.AGENT)
    case = complaint()
    rows_insert(case)

    rows_insert(Note(complaint=case, officer=officer, body="n", at=clock.now()))

    assert Note.objects.get().complaint_id == case.pk


def test_columns_that_the_database_fills_are_left_to_it(in_roads):
    rows_insert(
        RegisterOutbox(
            reference="4815162342108097",
            position=1,
            organisation_code="roads",
            kind="complaint",
            language="fr",
            event="received",
            status="received",
            at=clock.now(),
            event_id=uuid.uuid4(),
        )
    )

    assert RegisterOutbox.objects.get().schema_name == "a_roads"


def test_all_or_none(in_roads):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_insert(letter(), complaint(kind="nonsense"))

    assert (Mail.objects.count(), Complaint.objects.count()) == (0, 0)


def test_a_written_row_counts_as_stored(in_roads):
    case = complaint()
    rows_insert(case)
    case.subject = "changed"
    case.save()

    assert list(Complaint.objects.values_list("subject", flat=True)) == ["changed"]
