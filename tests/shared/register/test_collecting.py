"""From the agencies' outbox to the register."""

import random

import pytest
from django.db import (
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.test.utils import CaptureQueriesContext

from shared.register.models import RegisterCase, RegisterEventRow, RegisterMonth, RegisterOutbox
from shared.register.services import (
    REGISTER_LOCK,
    agency_code_in,
    outbox_row,
    register_project,
    register_rebuild,
    register_replace_agency,
)
from tenants.isolation.schema_switch import as_owner
from tests.shared.register.factories import announced, registered, story

pytestmark = pytest.mark.django_db

ANSWERED = [("received", 0), ("assigned", 1), ("answered", 9), ("rated", 12)]
OPEN = [("received", 3), ("assigned", 4)]


def cases():
    columns = [field.name for field in RegisterCase._meta.fields if field.name != "id"]
    return list(RegisterCase.objects.order_by("agency_code", "reference").values(*columns))


def months():
    columns = [field.name for field in RegisterMonth._meta.fields if field.name != "id"]
    return list(RegisterMonth.objects.order_by("agency_code", "kind", "month").values(*columns))


def test_an_agency_announces_in_its_own_name(roads, water):
    announced(roads, story(*OPEN))
    announced(water, story(*ANSWERED))

    names = RegisterOutbox.objects.order_by("pk").values_list("schema_name", flat=True)

    assert list(names) == ["a_roads"] * 2 + ["a_water"] * 4


def test_announcing_is_one_insert(in_roads):
    (event,) = story(("received", 0))
    assert RegisterOutbox.objects.count() == 0  # the schema is chosen with the first query

    with CaptureQueriesContext(connection) as captured:
        outbox_row(event=event).save()

    assert [query["sql"].split()[0] for query in captured] == ["INSERT"]


def test_nobody_announces_outside_an_agency(db):
    (event,) = story(("received", 0))

    with pytest.raises(IntegrityError, match="register_outbox_from_an_agency"):
        outbox_row(event=event).save()


def test_an_event_that_is_rolled_back_was_never_announced(in_roads):
    (event,) = story(("received", 0))

    with transaction.atomic():
        outbox_row(event=event).save()
        transaction.set_rollback(True)

    assert RegisterOutbox.objects.count() == 0


def test_the_cases_of_two_agencies_stay_apart(roads, water):
    registered(roads, story(*OPEN, reference="1" * 16))
    registered(water, story(*ANSWERED, reference="1" * 16))

    assert [(row["agency_code"], row["ending"]) for row in cases()] == [
        ("roads", "open"),
        ("water", "answered"),
    ]


def test_collecting_empties_the_outbox_and_keeps_the_events(roads):
    announced(roads, story(*ANSWERED))

    taken = register_project()

    assert (taken, RegisterOutbox.objects.count(), RegisterEventRow.objects.count()) == (4, 0, 4)


def test_collecting_takes_no_more_than_asked(roads):
    announced(roads, story(*ANSWERED))

    assert [register_project(limit=3), register_project(limit=3), register_project()] == [3, 1, 0]


def test_late_and_repeated_news_ends_in_the_same_register(roads, water):
    told = [(roads, story(*ANSWERED)), (water, story(*OPEN)), (roads, story(*OPEN))]
    for agency, events in told:
        registered(agency, events)
    expected = (cases(), months())
    RegisterCase.objects.all().delete()
    RegisterMonth.objects.all().delete()
    RegisterEventRow.objects.all().delete()

    news = [(agency, event) for agency, events in told for event in events] * 2
    random.Random(7).shuffle(news)
    for agency, event in news:
        announced(agency, [event])
        register_project()

    assert (cases(), months()) == expected


def test_collecting_costs_the_same_for_one_case_and_for_many(roads, water):
    announced(roads, story(*ANSWERED))
    with CaptureQueriesContext(connection) as one:
        register_project()
    for agency in (roads, water):
        announced(agency, [event for _ in range(5) for event in story(*ANSWERED)])
    with CaptureQueriesContext(connection) as many:
        register_project()

    assert len(many) == len(one)


def test_a_second_collector_leaves_the_work_to_the_first(roads):
    announced(roads, story(*OPEN))
    first = connections.create_connection("default")
    try:
        with first.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [REGISTER_LOCK])

        assert (register_project(), RegisterOutbox.objects.count()) == (0, 2)
        # Who must know that nothing is left waits for the one who works.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError), transaction.atomic():
            register_project(is_last=True)
    finally:
        # The end of a connection frees its lock a moment later, in the middle of the next test.
        with first.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        first.close()


def test_the_months_say_what_the_cases_say(roads):
    registered(
        roads,
        story(*ANSWERED, resolved=True, handling=4),
        story(("received", 0), ("answered", 70)),
        story(("received", 1), ("withdrawn", 2)),
        story(("received", 1), ("withdrawn", 90)),
        story(*OPEN),
    )

    (month,) = months()

    assert (month["open"], month["answered"], month["withdrawn"]) == (1, 2, 2)
    assert (month["due"], month["in_time"]) == (4, 1)
    assert (month["responses"], month["resolved"], month["marks"], month["marked"]) == (1, 1, 4, 1)


def test_a_rebuild_ends_in_the_register_that_was_collected(roads, water):
    theirs, mine = story(*OPEN), story(*ANSWERED)
    registered(roads, mine)
    registered(water, theirs)
    collected = (cases(), months(), RegisterEventRow.objects.count())

    told = {"a_roads": mine, "a_water": theirs}
    register_rebuild(schemas=told, events_of=lambda schema_name: iter(told[schema_name]))

    assert (cases(), months(), RegisterEventRow.objects.count()) == collected


def test_replacing_one_agency_leaves_the_other_alone(roads, water):
    registered(roads, story(*OPEN))
    registered(water, story(*ANSWERED))

    taken = register_replace_agency(schema_name="a_roads", events=story(*ANSWERED))

    assert taken == 4
    assert [(row["agency_code"], row["ending"]) for row in cases()] == [
        ("roads", "answered"),
        ("water", "answered"),
    ]


def test_what_is_told_twice_or_not_together_is_taken_in_once(roads, water):
    mine, other = story(*ANSWERED), story(*OPEN)
    registered(water, story(*OPEN))
    registered(roads, [*mine, *other])
    collected = cases()

    register_replace_agency(
        schema_name="a_roads", events=[*mine[:2], *other, *mine[2:], *mine, *other]
    )

    assert cases() == collected
    assert RegisterEventRow.objects.filter(agency_code="roads").count() == 6


def test_an_event_of_the_register_is_never_changed(roads):
    registered(roads, story(*OPEN))

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RegisterEventRow.objects.update(status="answered")


def test_not_even_the_owner_changes_an_event_of_the_register(roads):
    registered(roads, story(*OPEN))

    with as_owner(), pytest.raises(InternalError, match="never changed"), transaction.atomic():
        RegisterEventRow.objects.update(status="answered")


def test_a_schema_name_gives_the_code_of_its_agency():
    assert agency_code_in("a_water_a_north") == "water-a-north"
