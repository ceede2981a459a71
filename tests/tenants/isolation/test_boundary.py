"""What is an agency's stays in that agency's schema."""

import threading

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from shared.accounts.models import User
from shared.audit.models import AuditEntry
from shared.complaints import services
from shared.complaints.errors import ComplaintNotFound
from shared.complaints.models import Complaint, ComplaintEvent, Message
from shared.complaints.selectors import complaint_get
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from shared.register.models import RegisterOutbox
from tenants.case_access import gateway
from tenants.isolation.schema_switch import CrossAgencyEntry, agency_context, schema_entered
from tenants.models import Route
from tests.support.factories import draft, filed, staff

pytestmark = pytest.mark.django_db


def search_path():
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return cursor.fetchone()[0]


def test_a_complaint_filed_to_one_agency_is_nowhere_in_the_other(roads, water):
    theirs = filed(water)
    mine = filed(roads)

    assert connection.schema_name == "public"
    with agency_context(roads):
        assert list(Complaint.objects.values_list("reference", flat=True)) == [mine.reference]
        assert Mail.objects.count() == 1
        with pytest.raises(ComplaintNotFound):
            complaint_get(reference=theirs.reference)
    with agency_context(water):
        assert list(Complaint.objects.values_list("reference", flat=True)) == [theirs.reference]


def test_the_outbox_notes_in_whose_schema_the_event_was_announced(roads, water):
    mine, theirs = filed(roads), filed(water)

    rows = RegisterOutbox.objects.order_by("id").values_list("reference", "schema_name")

    assert list(rows) == [(mine.reference, "a_roads"), (theirs.reference, "a_water")]


def test_route_and_complaint_roll_back_together(roads, monkeypatch):
    def break_off(**kwargs):
        raise ZeroDivisionError

    before = Route.objects.count()
    monkeypatch.setattr(services.history, "outbox_row", break_off)

    with pytest.raises(ZeroDivisionError):
        gateway.complaint_file(draft=draft(roads), actor=CITIZEN)

    assert connection.schema_name == "public"
    assert Route.objects.count() == before
    with agency_context(roads):
        assert Complaint.objects.count() == 0


@pytest.mark.parametrize("limit", [False, True], ids=["every-call", "limited-calls"])
def test_an_error_in_an_agency_leaves_the_connection_public(roads, settings, limit):
    settings.TENANT_LIMIT_SET_CALLS = limit

    with pytest.raises(IntegrityError), transaction.atomic(), agency_context(roads):
        Complaint.objects.create(reference="1", kind="nonsense")

    assert search_path() == "public, pg_temp"
    assert Route.objects.count() == 0


@pytest.mark.parametrize("limit", [False, True], ids=["every-call", "limited-calls"])
def test_an_error_in_a_savepoint_leaves_the_agency_in_force(roads, settings, limit):
    settings.TENANT_LIMIT_SET_CALLS = limit

    with agency_context(roads):
        with pytest.raises(IntegrityError), transaction.atomic():
            Complaint.objects.create(reference="1", kind="nonsense")

        assert search_path() == "a_roads, public, pg_temp"


def test_an_agency_cannot_enter_another(roads, water):
    with agency_context(roads), pytest.raises(CrossAgencyEntry), agency_context(water):
        pass


def test_a_task_of_one_agency_cannot_run_inside_another(roads):
    with agency_context(roads), pytest.raises(CrossAgencyEntry), schema_entered("a_water"):
        pass


def test_an_agency_may_be_entered_from_itself_and_is_still_there_afterwards(roads):
    with agency_context(roads):
        with agency_context(roads):
            pass

        assert connection.schema_name == "a_roads"


def test_complaint_tables_are_absent_from_public():
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        Complaint.objects.count()


def test_staff_of_one_agency_are_unknown_in_the_other_and_in_public(roads, water):
    user = staff(roads)

    with agency_context(roads):
        assert User.objects.filter(email=user.email).count() == 1
        assert AuditEntry.objects.filter(action="user.created").count() == 1
    with agency_context(water):
        assert User.objects.count() == 0
    assert User.objects.count() == 0


def test_a_queryset_made_in_one_agency_reads_where_it_is_evaluated(roads, water):
    """The hazard itself, on record: this is why only frozen data leaves the gateway."""
    filed(roads)
    with agency_context(roads):
        lazy = Complaint.objects.order_by("id")

    with agency_context(water):
        assert list(lazy) == []


def test_cache_entries_of_agencies_stay_apart(roads, water):
    with agency_context(roads):
        cache.set("figure", "roads")
    with agency_context(water):
        cache.set("figure", "water")

    with agency_context(roads):
        assert cache.get("figure") == "roads"
    assert cache.get("figure") is None


def test_threads_come_out_in_the_agency_they_went_into(roads, water):
    """With the library's own ``with tenant:`` most of these come out wrong."""
    wrong = []
    barrier = threading.Barrier(4)

    def work(agency):
        for _ in range(200):
            with agency_context(agency):
                barrier.wait()
                if connection.schema_name != agency.schema_name:
                    wrong.append(connection.schema_name)
            barrier.wait()
            if connection.schema_name != "public":
                wrong.append(connection.schema_name)
        connection.close()

    threads = [threading.Thread(target=work, args=(a,)) for a in (roads, water, roads, water)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_events_cannot_be_changed_or_removed(in_roads):
    filed(in_roads)
    event = ComplaintEvent.objects.get()

    with pytest.raises(TypeError, match="append-only"):
        event.save()
    with pytest.raises(TypeError, match="append-only"):
        event.delete()
    with pytest.raises(TypeError, match="append-only"):
        ComplaintEvent.objects.all().delete()
    with pytest.raises(TypeError, match="append-only"):
        ComplaintEvent.objects.all().update(kind="closed")


def test_a_complaint_with_history_cannot_be_deleted(in_roads):
    filed(in_roads)

    with pytest.raises(DatabaseError), transaction.atomic():
        Complaint.objects.all().delete()


def test_no_message_of_an_agency_is_found_under_the_others_primary_key(roads, water):
    with agency_context(roads):
        pass
    mine, theirs = filed(roads), filed(water)
    with agency_context(water):
        services.citizen_message_add(reference=theirs.reference, body="secret", actor=CITIZEN)

    with agency_context(roads):
        assert Message.objects.count() == 0
        assert complaint_get(reference=mine.reference).messages.count() == 0
