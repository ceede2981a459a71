"""Rows of several tables are written together, all or none."""

import uuid
from contextlib import nullcontext

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, strategies as st

from shared.accounts.enums import Role
from shared.complaints.models import Complaint, Note, Party
from shared.kernel import clock
from shared.mail.models import Mail
from shared.register.models import RegisterOutbox
from shared.rows.errors import AlreadyInserted, ConditionUnmet
from shared.rows.services import InsertCondition, rows_insert
from shared.rows.text_columns import invalid_text_field
from tenants.isolation.backends.schema_router import ForeignInstance
from tenants.isolation.schema_switch import national_context
from tests.support.factories import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["one server", "cluster"])
def database(request, monkeypatch):
    """Whether rows are inserted by one statement, or separately."""
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", request.param == "cluster")
    return request.param


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
    values = {"id": uuid.uuid4(), "to": "a@example.org", "letter": "received", "language": "fr"}
    return Mail(queued_at=clock.now(), context={"a": "100% é"}, **values | changes)


WORDS = st.sampled_from(
    ["", "x", "fr", "complaint", "a-b", "a b", "a@example.org", "a@", "é" * 201]
)


@given(
    values=st.fixed_dictionaries(
        dict.fromkeys(
            ("kind", "organisation_code", "category_code", "subject", "body", "place", "language"),
            WORDS,
        )
    )
)
def test_what_does_not_fit_a_column_is_what_django_refuses(values):
    case = Complaint(reference="1", privacy="named", channel="api", **values)
    refused = set()
    try:
        case.clean_fields(exclude=["assignee", "answered_by", "received_at", "status"])
    except ValidationError as error:
        refused = set(error.message_dict)

    assert invalid_text_field(case) in refused if refused else invalid_text_field(case) == ""


@given(values=st.fixed_dictionaries(dict.fromkeys(("kind", "name", "email", "phone"), WORDS)))
def test_a_person_that_does_not_fit_is_whom_django_refuses(values):
    person = Party(**values)
    refused = set()
    try:
        person.clean_fields(exclude=["complaint"])
    except ValidationError as error:
        refused = set(error.message_dict)

    assert invalid_text_field(person) in refused if refused else invalid_text_field(person) == ""


def test_a_row_points_to_another_new_one_that_has_no_key_yet(database, in_roads):
    case = complaint()
    person = Party(complaint=case, kind="person", name="100% %s; DROP TABLE x; --")
    rows_insert(case, person, letter())

    assert case.pk is not None
    assert Party.objects.get(complaint=case).name == "100% %s; DROP TABLE x; --"
    assert Mail.objects.get().context == {"a": "100% é"}


def test_one_server_is_sent_one_statement(in_roads, django_assert_num_queries):
    Mail.objects.count()  # the first query of a test also takes on role and schema
    case = complaint()
    with django_assert_num_queries(1):
        rows_insert(case, Party(complaint=case, kind="person"), letter())


def test_no_statement_in_a_cluster_is_about_two_tables(in_roads, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", True)
    case = complaint()
    with CaptureQueriesContext(connection) as asked:
        rows_insert(case, Party(complaint=case, kind="person"), letter(), once=letter())

    inserts = [one["sql"] for one in asked if "INSERT" in one["sql"]]
    assert len(inserts) == 4
    assert [one for one in inserts if one.count("INSERT INTO") > 1 or "SELECT" in one] == []


def test_a_row_may_point_to_one_that_is_there_already(database, roads, in_roads):
    officer = staff(roads, Role.AGENT)
    case = complaint()
    rows_insert(case)

    rows_insert(Note(complaint=case, officer=officer, body="n", at=clock.now()))

    assert Note.objects.get().complaint_id == case.pk


def test_columns_that_the_database_fills_are_left_to_it(database, in_roads):
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


def test_all_or_none(database, in_roads):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_insert(letter(), complaint(kind="nonsense"))

    assert (Mail.objects.count(), Complaint.objects.count()) == (0, 0)


def test_rows_are_inserted_once_with_the_row_that_has_their_key(database, in_roads):
    first = letter()
    rows_insert(complaint(), once=first)

    case = complaint("1234567890123456")
    with pytest.raises(AlreadyInserted):
        rows_insert(case, Party(complaint=case, kind="person"), once=letter(id=first.pk))

    # The transaction goes on: the database has seen no error.
    assert [one.reference for one in Complaint.objects.all()] == ["4815162342108097"]
    assert Party.objects.count() == 0


@pytest.fixture
def one_server(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CLUSTER", False)


@pytest.mark.parametrize("is_once", [False, True])
@pytest.mark.parametrize("holds", [False, True])
def test_rows_are_inserted_only_if_their_condition_holds(one_server, in_roads, holds, is_once):
    case = complaint()
    rows = (case, Party(complaint=case, kind="person"), letter())
    condition = InsertCondition(sql="%s = %s", values=(1, 1 if holds else 2))
    once = letter() if is_once else None

    with nullcontext() if holds else pytest.raises(ConditionUnmet):
        rows_insert(*rows, once=once, condition=condition)

    counts = (Complaint.objects.count(), Party.objects.count(), Mail.objects.count())
    assert counts == ((1, 1, 1 + is_once) if holds else (0, 0, 0))
    assert (case.pk is not None) is holds


def test_condition_of_a_row_that_has_its_key(one_server, in_roads):
    condition = InsertCondition(sql="%s = %s", values=(1, 1))

    rows_insert(letter(), letter(), condition=condition)

    assert Mail.objects.count() == 2


def test_rows_inserted_once_may_point_to_each_other(database, in_roads):
    case = complaint()
    person = Party(complaint=case, kind="person", name="n")
    rows_insert(case, person, once=letter())

    assert Party.objects.get(complaint_id=case.pk).name == "n"
    assert Mail.objects.count() == 1


def test_a_written_row_counts_as_stored(database, in_roads):
    case = complaint()
    rows_insert(case)
    case.subject = "changed"
    case.save()

    assert list(Complaint.objects.values_list("subject", flat=True)) == ["changed"]


def test_every_written_row_belongs_to_its_agency(database, in_roads):
    person = Party(complaint=complaint(), kind="person")
    rows_insert(letter(), person.complaint, person)

    with national_context(), pytest.raises(ForeignInstance):
        person.complaint.save()
    with national_context(), pytest.raises(ForeignInstance):
        person.save()
    person.complaint.save()
    person.save()
