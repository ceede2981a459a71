"""What is left after an error of a cluster's node: nothing half done, nothing that stays silent."""

import socket
from contextlib import suppress
from io import BytesIO
from threading import Event, Thread, Timer

import pytest
from django.db import (
    DatabaseError,
    OperationalError,
    connection,
    transaction,
)
from django_tenants.utils import schema_context

from tenants.isolation.backends import database_nodes
from tenants.isolation.backends.connection_timeouts import ResponseTimeout
from tenants.isolation.backends.database_nodes import DatabaseNode
from tenants.isolation.errors import AgencyUnreachable
from tenants.isolation.sql import commit_without_disk
from tests.support.processes import outside_connection
from tests.tenants.isolation.two_nodes import (
    NORTH,
    WRITE,
    TwoNodes,
    ask,
)

pytestmark = pytest.mark.django_db


def test_a_commit_in_two_agencies_is_unreachable_when_either_node_is_silent(
    own, nodes, commit_table
):
    @transaction.atomic
    def work():
        ask("a_roads", WRITE)
        ask("a_water", WRITE)
        nodes.south.fail()

    with pytest.raises(AgencyUnreachable, match="a_water") as refused:
        work()
    assert refused.value.is_outcome_unknown


def test_a_refused_statement_was_certainly_not_done(own, nodes):
    nodes.north.fail()

    with pytest.raises(AgencyUnreachable) as refused:
        ask("a_roads")
    assert not refused.value.is_outcome_unknown


def test_what_an_inner_block_could_not_take_back_is_never_committed(own, nodes):
    @transaction.atomic
    def inner():
        ask("public", "INSERT INTO tenants_schemaversion VALUES ('x', '[]', '', '')")
        with schema_context("a_roads"):
            nodes.north.fail()
            ask("a_roads")

    @transaction.atomic
    def outer():
        with schema_context("a_roads"), suppress(AgencyUnreachable):
            inner()
        nodes.north.answer()

    with suppress(DatabaseError):
        outer()

    assert ask("public", "SELECT FROM tenants_schemaversion WHERE fingerprint = 'x'") == []


def test_a_watch_that_was_cut_as_its_statement_ended_cuts_no_other():
    node, watch = DatabaseNode(NORTH, most_calls=2), ResponseTimeout()
    node.admits(watch)
    node.fail()
    assert watch.until

    node.end(watch)

    assert not watch.until


def test_rows_that_are_copied_are_cut_as_well(own, nodes):
    noticed = Timer(0.3, nodes.north.fail)
    noticed.start()

    def copied():
        with schema_context("a_roads"), connection.cursor() as cursor:
            cursor.copy_expert("COPY (SELECT pg_sleep(20)) TO STDOUT", BytesIO())

    with pytest.raises(AgencyUnreachable):
        copied()
    noticed.join()


def test_a_connection_that_is_lost_in_a_copy_is_an_operational_error(own):
    process = own.connection.info.backend_pid

    def copied():
        with connection.cursor() as cursor:
            cursor.copy_expert("COPY (SELECT pg_sleep(20)) TO STDOUT", BytesIO())

    end = Timer(0.3, lambda: in_thread_of_its_own(f"SELECT pg_terminate_backend({process})"))
    end.start()
    with pytest.raises(OperationalError):
        copied()
    end.join()


def in_thread_of_its_own(sql):
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(sql)
    outside.close()


class Placed(TwoNodes):
    """Its list of agencies is what the test says."""

    def __init__(self, placements) -> None:
        super().__init__()
        self.found = placements
        self._connect = lambda: Rows(self.found)


class Rows:
    """A connection whose answer is given."""

    def __init__(self, found) -> None:
        self.found = found
        self.ends = socket.socketpair()

    def __enter__(self):
        return self

    cursor = __enter__

    def __exit__(self, *_failure):
        pass

    def close(self):
        for end in self.ends:
            end.close()

    def __call__(self):
        return self

    def execute(self, _sql):
        pass

    def fetchall(self):
        return list(self.found.items())

    def fileno(self):
        return self.ends[0].fileno()


def test_a_node_that_has_left_is_forgotten():
    nodes = Placed({"a_roads": NORTH, "a_water": NORTH})
    nodes.south.fail()

    nodes._read_placements()

    assert [one.name for one in nodes.states()] == [NORTH]
    assert nodes.unreachable() == frozenset()


def test_a_locked_table_says_nothing_of_its_node():
    question = database_nodes._Question(outside_connection)
    outside = outside_connection()
    outside.autocommit = False
    with outside.cursor() as cursor:
        cursor.execute("LOCK a_roads.django_migrations")

        question.schema = "a_roads"
        assert question.put(None) is None
        # Another one is chosen then, and kept while it answers.
        assert question.schema == ""
        question.schema = "a_water"
        assert question.put(None) is True
        assert question.schema == "a_water"

    outside.close()
    question.close()


def test_the_thread_of_a_node_outlives_any_error(nodes, monkeypatch):
    tries, over = [], Event()

    def ask_in_vain(_node, _question):
        tries.append(1)
        if len(tries) == 3:
            nodes._nodes.clear()
            over.set()
        raise OSError("too many open files")

    monkeypatch.setattr(nodes, "_ask", ask_in_vain)
    monkeypatch.setattr(database_nodes, "POLL_SECONDS", 0.0)
    Thread(target=nodes._ask_always, args=(nodes.north,), daemon=True).start()

    assert over.wait(10)


def test_commits_that_may_be_lost_wait_for_the_disk_in_a_cluster_alone(monkeypatch):
    assert commit_without_disk() == "off"

    monkeypatch.setitem(connection.settings_dict, "CLUSTER", True)
    assert commit_without_disk() == "on"
