"""A cluster's nodes as one process sees them.

On plain PostgreSQL: the agencies are said to be on two nodes. With real nodes: bin/dev cluster.
"""

import time
from threading import Timer

import psycopg2
import pytest
from django.db import (
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    transaction,
)

from tenants.isolation.backends import database_nodes
from tenants.isolation.backends.cluster_calls import RETRY_SECONDS
from tenants.isolation.backends.cluster_commit import COMMIT_TABLE, may_change_rows
from tenants.isolation.backends.connection_timeouts import ResponseTimeout
from tenants.isolation.backends.database_nodes import DatabaseNode, NodeState
from tenants.isolation.errors import AgencyUnreachable
from tests.tenants.isolation.two_nodes import (
    NODE_IS_LOST,
    NORTH,
    READ,
    SOUTH,
    WRITE,
    ask,
)

pytestmark = pytest.mark.django_db


def test_what_needs_a_silent_node_is_refused_at_once_and_all_else_is_not(own, nodes):
    nodes.north.fail()

    with pytest.raises(AgencyUnreachable, match="a_roads") as refused:
        ask("a_roads")

    assert refused.value.retry_after == RETRY_SECONDS
    assert (ask("a_water"), ask("public")) == ([(42,)], [(42,)])
    assert nodes.unreachable() == {"a_roads"}

    nodes.north.answer()
    assert ask("a_roads") == [(42,)]


def test_what_waits_for_a_node_is_cut_when_it_is_found_silent(own, nodes):
    noticed = Timer(0.3, nodes.north.fail)
    noticed.start()

    # Nothing else would end it: this connection has no limit of its own.
    with pytest.raises(AgencyUnreachable):
        ask("a_roads", "SELECT pg_sleep(20)")

    noticed.join()
    # The server itself is not the one that is silent.
    assert not own.breaker.is_open
    assert ask("public") == [(42,)]


def test_a_statement_that_has_ended_is_not_cut(own, nodes):
    ask("a_roads")
    nodes.north.fail()
    time.sleep(0.3)

    assert ask("a_water") == [(42,)]


def test_a_node_that_the_coordinator_cannot_reach_is_told_from_a_lost_coordinator(own, nodes):
    with pytest.raises(AgencyUnreachable):
        ask("a_roads", NODE_IS_LOST)
    assert own.connection.closed == 0

    with pytest.raises(OperationalError):
        ask("public", NODE_IS_LOST)


def test_a_lost_coordinator_is_no_unreachable_agency(own, nodes):
    with own.cluster.statement("a_roads", "SELECT 1"):
        own.cluster.raise_if_unreachable(ShutDown(), was_cut=False, is_closed=True)

        with pytest.raises(AgencyUnreachable):
            own.cluster.raise_if_unreachable(ShutDown(), was_cut=False, is_closed=False)


class ShutDown(psycopg2.OperationalError):  # type: ignore[misc]
    """What a server says that is stopped: the coordinator, or a node by its mouth."""

    pgcode = "57P01"


def test_an_error_of_the_statement_stays_what_it_is(own, nodes):
    with pytest.raises(ProgrammingError):
        ask("a_roads", "SELECT nonsense")


def commits_through_the_table(statements):
    """Whether the end of such a transaction needs the table of commits, which is not there."""
    try:
        with transaction.atomic():
            for schema, sql in statements:
                ask(schema, sql)
    except ProgrammingError as error:
        return COMMIT_TABLE in str(error)
    return False


@pytest.mark.parametrize(
    ("statements", "is_touched"),
    [
        ([("a_roads", WRITE), ("public", READ)], True),
        ([("public", WRITE), ("a_roads", WRITE)], True),
        ([("a_roads", f"WITH x AS ({WRITE} RETURNING id) SELECT * FROM x")], True),
        ([("a_roads", READ)], False),
        ([("a_roads", f"{READ.replace('count(*)', 'id')} FOR UPDATE")], False),
        ([("public", WRITE)], False),
    ],
)
def test_a_transaction_that_wrote_in_an_agency_touches_the_table_of_commits(
    own, statements, is_touched
):
    assert commits_through_the_table(statements) == is_touched


def test_a_transaction_after_another_begins_with_nothing_written(own):
    assert commits_through_the_table([("a_roads", WRITE)])
    assert not commits_through_the_table([("a_roads", READ)])


def test_with_the_table_a_commit_succeeds(own, commit_table):
    assert not commits_through_the_table([("a_roads", WRITE)])


def test_nothing_is_committed_while_the_node_is_silent(own, nodes, commit_table):
    @transaction.atomic
    def work():
        ask("public", "INSERT INTO tenants_schemaversion VALUES ('x', '[]', '', '')")
        ask("a_roads", WRITE)
        nodes.north.fail()

    with pytest.raises(AgencyUnreachable):
        work()

    assert ask("public", "SELECT FROM tenants_schemaversion WHERE fingerprint = 'x'") == []


def test_a_node_that_was_only_read_is_not_waited_for_either(own, nodes):
    @transaction.atomic
    def work():
        ask("a_roads", READ)
        nodes.north.fail()

    with pytest.raises(AgencyUnreachable):
        work()


def test_a_rollback_does_not_wait_for_a_silent_node(own, nodes):
    former = own.connection

    @transaction.atomic
    def work():
        ask("a_roads", WRITE)
        nodes.north.fail()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()

    # A rollback would have asked the node: the coordinator does that by itself.
    assert former.closed
    assert ask("public") == [(42,)]


def test_after_a_failed_commit_nothing_that_waited_for_it_is_done(own, nodes, commit_table):
    done = []

    @transaction.atomic
    def work():
        transaction.on_commit(lambda: done.append("at once"))
        ask("a_roads", WRITE)
        nodes.north.fail()

    with pytest.raises(AgencyUnreachable):
        work()
    with transaction.atomic():
        ask("public")

    assert done == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("08006", "connection to the remote node insaf_a_roads@north:5432 failed"),
        # In words alone: the coordinator passes on what its driver says.
        ("XX000", "failure on connection marked as essential: north:5432"),
        ("XX000", "SSL SYSCALL error: EOF detected"),
        ("XX000", "server closed the connection unexpectedly"),
    ],
)
def test_a_node_that_is_lost_at_the_commit_is_an_unreachable_agency(
    own, commit_table, fails_at_commit, code, told
):
    with pytest.raises(AgencyUnreachable, match="a_roads"):
        write_and_fail(code, told)

    assert ask("public") == [(42,)]


def test_another_error_at_the_commit_stays_what_it_is(own, commit_table, fails_at_commit):
    with pytest.raises(InternalError):
        write_and_fail("XX000", "out of something")
    with pytest.raises(IntegrityError):
        write_and_fail("23505", "failure on connection marked as essential: north:5432")


def write_and_fail(code, told):
    with transaction.atomic():
        ask("a_roads", f"INSERT INTO public.fails_at_commit VALUES ('{code}', '{told}')")


def test_a_slow_node_gets_no_more_threads_than_it_may_hold(monkeypatch):
    node, waiting = DatabaseNode(NORTH, most_calls=2), [ResponseTimeout() for _ in range(3)]
    node.asked_at = time.monotonic() - database_nodes.SLOW_SECONDS - 1

    assert [node.admits(one) for one in waiting] == [True, True, False]
    node.end(waiting[0])
    assert node.admits(waiting[2])


def test_a_node_that_answers_gets_every_thread():
    node, waiting = DatabaseNode(NORTH, most_calls=2), [ResponseTimeout() for _ in range(9)]

    assert all(node.admits(one) for one in waiting)


def test_a_node_is_asked_sooner_while_a_statement_waits(monkeypatch):
    node, now = DatabaseNode(NORTH, most_calls=2), [1000.0]
    monkeypatch.setattr(database_nodes.time, "monotonic", lambda: now[0])
    waiting = ResponseTimeout()
    node.ask(lambda: True)
    assert not node.is_due()

    node.admits(waiting)
    now[0] += database_nodes.POLL_SECONDS + 0.01
    assert node.is_due()

    node.end(waiting)
    assert not node.is_due()
    now[0] += database_nodes.ASK_SECONDS
    assert node.is_due()


def test_states_say_how_long_a_node_has_been_silent(nodes):
    nodes.south.fail()

    north, south = nodes.states()
    assert north == NodeState(name=NORTH, agencies=1, silent_seconds=None)
    assert (south.name, south.agencies) == (SOUTH, 1)
    assert 0 <= south.silent_seconds < 1


@pytest.mark.parametrize(
    ("answers", "is_silent"),
    [
        ([True], False),
        # An old connection to a node that was restarted fails at once; the next one is good.
        ([False, True], False),
        ([False, False], True),
        # The coordinator itself did not answer: nothing is known of the node.
        ([None], False),
    ],
)
def test_a_node_is_silent_when_it_does_not_answer_twice(answers, is_silent):
    node, left = DatabaseNode(NORTH, most_calls=1), list(answers)

    node.ask(lambda: left.pop(0))

    assert (node.silent_since is not None) == is_silent
    assert left == []


@pytest.mark.parametrize(
    ("query", "writes"),
    [
        ("SELECT 1", False),
        ("  (SELECT 1)", False),
        ("SAVEPOINT x", False),
        ("SET LOCAL x = 1", False),
        ("INSERT INTO x VALUES (1)", True),
        ("WITH x AS (DELETE FROM y RETURNING 1) SELECT * FROM x", True),
        ("LOCK TABLE x", True),
        (None, True),
    ],
)
def test_which_statements_may_write(query, writes):
    assert may_change_rows(query) == writes


def test_the_driver_cannot_be_asked_without_a_connection():
    with pytest.raises(psycopg2.OperationalError):
        database_nodes.connected({"host": "127.0.0.1", "port": 1, "connect_timeout": 1})
