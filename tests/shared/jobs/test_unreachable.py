"""Tasks of an agency whose database server does not answer wait, and lose nothing by it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.errors import Unreachable
from tenants.fleet.tasks import keep_all_cases, keep_cases
from tests.shared.jobs.workers import run_queue

pytestmark = pytest.mark.django_db

DONE: list[str] = []


@schema_task(place=TaskPlace.ANYWHERE)
def note_place() -> None:
    DONE.append(connection.schema_name)


@schema_task(place=TaskPlace.ANYWHERE, attempts=2)
def ask_in_vain() -> None:
    raise Unreachable(retry_after=30)


@pytest.fixture
def away(monkeypatch):
    """The schemas whose server does not answer."""
    schemas: set[str] = set()
    monkeypatch.setattr("tenants.isolation.cluster.unreachable_schemas", lambda: frozenset(schemas))
    monkeypatch.setattr("tenants.fleet.tasks.unreachable_schemas", lambda: frozenset(schemas))
    DONE.clear()
    return schemas


def queued(*schemas):
    enqueue: Any = note_place.enqueue
    for schema in schemas:
        enqueue(_schema=schema)


def test_they_are_passed_over_and_done_when_it_answers_again(roads, water, away):
    queued("a_roads", "a_water", "a_roads", "public")
    away.add("a_roads")

    run_queue()
    assert DONE == ["a_water", "public"]

    away.clear()
    run_queue()
    assert DONE == ["a_water", "public", "a_roads", "a_roads"]


def test_one_that_met_the_silence_spends_no_attempt():
    ask_in_vain.enqueue()
    delays = []
    for _ in range(6):
        began = clock.now()
        run_queue()
        waiting = DBTaskResult.objects.get(status="READY")
        assert waiting.args_kwargs["kwargs"]["_attempt"] == 1
        delays.append(waiting.run_after - began)
        DBTaskResult.objects.filter(pk=waiting.pk).update(run_after=began)

    minutes = [round(one / timedelta(minutes=1), 1) for one in delays]
    assert 0.4 <= minutes[0] <= 0.7
    assert minutes[:4] == sorted(minutes[:4])
    # Who waits for a server that is back must not wait for hours.
    assert minutes[-1] <= 12.1


def test_the_upkeep_of_such_an_agency_is_left_for_the_next_hour(roads, water, away):
    away.add("a_roads")

    keep_all_cases.enqueue()
    run_queue()

    rows = DBTaskResult.objects.filter(task_path=keep_cases.module_path)
    codes = {row.args_kwargs["kwargs"]["agency_code"] for row in rows}
    assert "water" in codes
    assert "roads" not in codes
