"""A question's rows are those of its queryset, and its text is written once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.complaints.models import Complaint, Party
from shared.rows.compiled_queries import compiled_query
from tenants.isolation.backends.schema_router import ForeignInstance
from tenants.isolation.schema_switch import agency_context
from tests.shared.rows.test_insert import complaint
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

DEFERRED = {"search", "more_words"}


def cases():
    return Complaint.objects.select_related("party", "assignee").order_by("pk")


@compiled_query()
def of_reference(*, reference: str):
    return cases().filter(reference=reference)


@compiled_query()
def numbered(*, low: int, high: int):
    return cases().filter(reopened__range=(low, high)).values_list("reference", "declarations")


@compiled_query()
def references_due(*, day: date, at: datetime):
    return Complaint.objects.filter(Q(due_on=day) | Q(received_at=at)).values_list(
        "reference", flat=True
    )


@compiled_query(by=("newest",))
def ordered(*, newest: bool):
    return Complaint.objects.order_by("-reference" if newest else "reference").values_list(
        "reference", flat=True
    )


@pytest.fixture
def stored(in_roads):
    officer = staff(in_roads, Role.AGENT, "holder@roads.example")
    held = complaint("1", assignee=officer, declarations=["none"], reopened=2)
    free = complaint("2", declarations=[])
    for one in (held, free):
        one.save()
    Party.objects.create(complaint=held, kind="person", name="Amina")
    return held, free


@pytest.mark.parametrize("reference", ["1", "2", "3"])
def test_instances_are_those_of_the_queryset(stored, reference):
    asked, usual = of_reference(reference=reference), list(cases().filter(reference=reference))

    assert asked == usual
    for mine, djangos in zip(asked, usual, strict=True):
        assert plain(mine) == plain(djangos)
        assert plain(mine.assignee) == plain(djangos.assignee)
        assert hasattr(mine, "party") == hasattr(djangos, "party")
        assert mine.get_deferred_fields() == djangos.get_deferred_fields() == DEFERRED


def plain(row):
    return row and {name: value for name, value in vars(row).items() if name != "_state"}


def test_what_hangs_on_an_instance_was_read_with_it(stored, django_assert_num_queries):
    with django_assert_num_queries(1):
        (held,) = of_reference(reference="1")

        assert held.party.name == "Amina"
        assert held.party.complaint is held
        assert held.assignee.email == "holder@roads.example"


def test_values_are_read_as_django_reads_them(stored):
    assert numbered(low=1, high=2) == [("1", ["none"])]
    assert numbered(low=0, high=9) == [("1", ["none"]), ("2", [])]


def test_values_of_every_kind_find_their_place(stored):
    held, _free = stored
    now = datetime.now(tz=UTC)
    Complaint.objects.filter(pk=held.pk).update(received_at=now)

    assert references_due(day=date(2026, 1, 1), at=now) == ["1"]


def test_a_named_choice_has_a_text_of_its_own(stored):
    assert ordered(newest=True) == ["2", "1"]
    assert ordered(newest=False) == ["1", "2"]


def test_the_text_is_written_once(stored):
    made = []

    @compiled_query()
    def counted(*, reference: str):
        made.append(reference)
        return Complaint.objects.filter(reference=reference)

    counted(reference="1")
    written = len(made)
    counted(reference="2")

    assert len(made) == written


def test_one_text_answers_each_agency_with_its_own_rows(stored, water):
    assert [one.reference for one in of_reference(reference="1")] == ["1"]

    connection.set_schema_to_public()
    with agency_context(water):
        assert of_reference(reference="1") == []


def test_an_instance_is_refused_in_another_agency(stored, water):
    (held,) = of_reference(reference="1")
    connection.set_schema_to_public()

    with agency_context(water), pytest.raises(ForeignInstance):
        held.save()


def test_an_instance_is_saved_as_any_other(stored):
    (held,) = of_reference(reference="1")
    held.subject = "changed"
    held.save(update_fields=["subject"])

    assert Complaint.objects.get(reference="1").subject == "changed"


@compiled_query()
def bent(*, low: int):
    rows = Complaint.objects.all()
    return rows if low > 30_500 else rows.filter(reopened=low)


@compiled_query()
def likened(*, text: str):
    return Complaint.objects.filter(subject__contains=text)


@compiled_query()
def annotated(*, low: int):
    return Complaint.objects.annotate(one=F("reopened") + low)


@compiled_query()
def named(*, low: int):
    return Complaint.objects.filter(reopened=low).values("pk")


@pytest.mark.parametrize(
    ("question", "values"),
    [(bent, {"low": 1}), (likened, {"text": "x"}), (annotated, {"low": 1}), (named, {"low": 1})],
    ids=["text", "value", "annotation", "rows"],
)
def test_what_could_be_answered_wrongly_is_refused(in_roads, question, values):
    with pytest.raises(TypeError):
        question(**values)


@compiled_query()
def locked(*, reference: str):
    return Complaint.objects.select_for_update(no_key=True).filter(reference=reference)


def test_a_lock_is_a_lock(stored):
    with transaction.atomic(), CaptureQueriesContext(connection) as said:
        assert locked(reference="1") == [stored[0]]

    assert said[0]["sql"].endswith("FOR NO KEY UPDATE")


def test_a_lock_outside_of_a_transaction_is_refused(in_roads):
    locked(reference="1")

    def ask():
        try:
            locked(reference="1")
        finally:
            connection.close()

    # In a thread of its own no test has begun a transaction.
    with ThreadPoolExecutor() as pool, pytest.raises(TransactionManagementError):
        pool.submit(ask).result()
