"""The nodes of a cluster: which nodes answer, and which agencies' schemas each node has.

Each process queries every node at intervals, on a separate connection. While a node does not
answer, statements that need the node are refused or cut off. Otherwise requests that wait for one
node would soon use all threads, and no agency would be served.
"""

import logging
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock, Thread
from typing import Any

import psycopg2

from tenants.isolation.backends.connection_timeouts import (
    CONNECTION_MONITOR,
    ResponseTimeout,
    SocketTimeout,
    is_lost,
)

# A node is queried every ASK_SECONDS, or every POLL_SECONDS while a statement waits for the node.
# A node that has not answered a query after ANSWER_SECONDS is silent.
ASK_SECONDS = 0.4
POLL_SECONDS = 0.1
ANSWER_SECONDS = 1.0
# If a node has not answered a query after this time, at most NODE_CALLS statements may wait for
# the node.
SLOW_SECONDS = 0.25
# The time after which a query stops waiting for a lock, because a node with a locked table must not
# count as silent.
LOCK_MILLISECONDS = 500
# Pause between two queries while a node is silent.
PAUSE_SECONDS = 1.0
# Maximum age of the list of agencies and their nodes.
PLACEMENT_SECONDS = 5.0

logger = logging.getLogger(__name__)

PLACEMENTS = """
SELECT ns.nspname::text, node.nodename || ':' || node.nodeport
FROM pg_catalog.pg_dist_schema AS held
JOIN pg_catalog.pg_namespace AS ns ON ns.oid = held.schemaid
CROSS JOIN LATERAL (
    SELECT placement.groupid
    FROM pg_catalog.pg_dist_partition AS part
    JOIN pg_catalog.pg_dist_shard AS shard ON shard.logicalrelid = part.logicalrelid
    JOIN pg_catalog.pg_dist_placement AS placement ON placement.shardid = shard.shardid
    WHERE part.colocationid = held.colocationid
    LIMIT 1
) AS place
JOIN pg_catalog.pg_dist_node AS node ON node.groupid = place.groupid AND node.noderole = 'primary'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """A node's state as a process sees it; ``silent_seconds`` is ``None`` if the node answers."""

    name: str
    agencies: int
    silent_seconds: float | None


class DatabaseNode:
    """A node of the cluster, shared by all threads of this process."""

    def __init__(self, name: str, *, most_calls: int) -> None:
        self.name = name
        self.silent_since: float | None = None
        # The time at which the unanswered query was sent, or 0 if every query has an answer.
        self.asked_at = 0.0
        self._most_calls = most_calls
        # A dict of running statements: time limit of the statement -> time at which it was sent.
        self._calls: dict[ResponseTimeout, float] = {}
        self._asked_last = 0.0
        self._lock = Lock()

    def admits(self, watch: ResponseTimeout) -> bool:
        """Return whether a statement may be sent to the node, and record an admitted statement."""
        with self._lock:
            if self.silent_since is not None or self._is_crowded():
                return False
            self._calls[watch] = time.monotonic()
            return True

    def end(self, watch: ResponseTimeout) -> None:
        """Remove a finished statement from the running statements."""
        with self._lock:
            self._calls.pop(watch, None)
            # Without this line ``fail`` could cut off the next statement of the connection.
            watch.until = 0.0

    def fail(self) -> None:
        """Mark the node as silent, and cut off the statements that wait for the node."""
        with self._lock:
            now = time.monotonic()
            if self.silent_since is None:
                self.silent_since = now
            for watch in self._calls:
                watch.until = now

    def answer(self) -> None:
        """Mark the node as answering."""
        self.silent_since = None

    def silent_seconds(self) -> float | None:
        """Return for how many seconds the node has been silent, or ``None`` if it answers."""
        since = self.silent_since
        return None if since is None else time.monotonic() - since

    def is_due(self) -> bool:
        """Return whether it is time to query the node."""
        now = time.monotonic()
        with self._lock:
            is_waited_for = any(now - sent > POLL_SECONDS for sent in self._calls.values())
        return is_waited_for or now - self._asked_last >= ASK_SECONDS

    def ask(self, put: Callable[[], bool | None]) -> None:
        """Call ``put`` to query the node, and record whether the node answered."""
        self.asked_at = self._asked_last = began = time.monotonic()
        try:
            is_answered = put()
            if is_answered is False and time.monotonic() - began < SLOW_SECONDS:
                # An immediate refusal is tried again, because a restarted node refuses an old
                # connection.
                is_answered = put()
        finally:
            self.asked_at = 0.0
        if is_answered:
            self.answer()
        elif is_answered is False:
            self.fail()

    def _is_crowded(self) -> bool:
        asked_at = self.asked_at
        is_slow = bool(asked_at) and time.monotonic() - asked_at > SLOW_SECONDS
        return is_slow and len(self._calls) >= self._most_calls


class DatabaseNodes:
    """The nodes of a cluster, and the threads of this process that query the nodes."""

    def __init__(
        self, *, connect: Callable[[], Any], role_of: Callable[[str], str | None], most_calls: int
    ) -> None:
        self._connect, self._role_of, self._most_calls = connect, role_of, most_calls
        self._nodes: dict[str, DatabaseNode] = {}
        self._placements: Mapping[str, str] = {}
        self._lock = Lock()
        self._is_started = False

    def of(self, schema: str) -> DatabaseNode | None:
        """Return the node of a schema, or ``None`` while the node is unknown."""
        if not self._is_started:
            self.start()
        return self._nodes.get(self._placements.get(schema, ""))

    def start(self) -> None:
        """Start the threads that query the nodes, once in each process."""
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        with suppress(psycopg2.Error):
            # Without the list of nodes the first statement could be sent to a silent node.
            self._read_placements()
        Thread(target=self._follow, name="database-placements", daemon=True).start()

    def states(self) -> list[NodeState]:
        """Return the state of each node, sorted by name."""
        held = list(self._placements.values())
        return [
            NodeState(name=name, agencies=held.count(name), silent_seconds=node.silent_seconds())
            for name, node in sorted(self._nodes.items())
        ]

    def unreachable(self) -> frozenset[str]:
        """Return the schemas that are on a silent node."""
        return frozenset(
            schema
            for schema, name in self._placements.items()
            if name in self._nodes and self._nodes[name].silent_since is not None
        )

    def _follow(self) -> None:
        while True:
            time.sleep(PLACEMENT_SECONDS)
            try:
                # Database errors are not logged here, because requests report the same errors.
                with suppress(psycopg2.Error):
                    self._read_placements()
            except Exception:
                # An error that ended this thread would stop all later updates of the list.
                logger.exception("the agencies of the nodes could not be read")

    def _read_placements(self) -> None:
        with _watched(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(PLACEMENTS)
            found = dict(cursor.fetchall())
        for name in set(found.values()) - set(self._nodes):
            node = DatabaseNode(name, most_calls=self._most_calls)
            # The node is added before its thread starts, because a thread ends if its node is not
            # listed.
            self._nodes[name] = node
            try:
                Thread(
                    target=self._ask_always, args=(node,), name=f"database-node {name}", daemon=True
                ).start()
            except RuntimeError:
                del self._nodes[name]
                raise
        self._placements = found
        # A renamed or removed node would otherwise be reported as silent for ever.
        for name in set(self._nodes) - set(found.values()):
            del self._nodes[name]

    def _ask_always(self, node: DatabaseNode) -> None:
        question = _Question(self._connect)
        while self._nodes.get(node.name) is node:
            try:
                if node.is_due():
                    self._ask(node, question)
            except Exception:
                # An error that ended this thread would leave the state of the node unchanged.
                logger.exception("the node %s could not be asked", node.name)
                question.close()
            time.sleep(POLL_SECONDS if node.silent_since is None else PAUSE_SECONDS)

    def _ask(self, node: DatabaseNode, question: "_Question") -> None:
        if self._placements.get(question.schema) != node.name:
            schemas = [one for one, name in self._placements.items() if name == node.name]
            # With a fixed schema all processes would query the same table.
            question.schema = random.choice(schemas) if schemas else ""  # noqa: S311
        if question.schema:
            node.ask(partial(question.put, self._role_of(question.schema)))


class _Question:
    """A connection with which a thread queries a node.

    After each failure a new connection is opened, because the coordinator's process of the old
    connection could still wait for the node.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self.schema = ""
        self._connection: Any = None
        self._watch: ResponseTimeout = ResponseTimeout()

    def put(self, role: str | None) -> bool | None:
        """Return whether the node answers a query in the schema, or ``None`` if this is unknown.

        The answer is unknown, for example, while the coordinator does not answer or the table is
        locked.
        """
        is_asked, schema = False, self.schema
        try:
            if self._connection is None:
                self._connection = self._connect()
                with self._connection.cursor() as cursor:
                    # The coordinator enforces this limit, because a table is locked there first.
                    cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
                self._watch = SocketTimeout(self._connection)
                CONNECTION_MONITOR.add(self._watch)
            with self._connection.cursor() as cursor:
                self._watch.until = time.monotonic() + ANSWER_SECONDS
                cursor.execute(f'SET ROLE "{role}"' if role else "SELECT 1")
                is_asked = True
                cursor.execute(f'SELECT 1 FROM "{schema}".django_migrations LIMIT 1')  # noqa: S608
        except psycopg2.Error as error:
            is_the_nodes = self._watch.was_cut or is_lost(error)
            self.close()
            if is_asked and is_the_nodes:
                return False
            # The next query reads another schema. The schema changes only after an error, because
            # each schema needs another connection to the node.
            self.schema = ""
            return None
        finally:
            self._watch.until = 0.0
        return True

    def close(self) -> None:
        """Close and discard the connection."""
        if isinstance(self._watch, SocketTimeout):
            CONNECTION_MONITOR.remove(self._watch)
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
        self._connection, self._watch = None, ResponseTimeout()


@contextmanager
def _watched(connection: Any) -> Iterator[Any]:
    """Provide a connection with a time limit, and close the connection after the block."""
    watch = SocketTimeout(connection)
    CONNECTION_MONITOR.add(watch)
    watch.until = time.monotonic() + ANSWER_SECONDS
    try:
        yield connection
    finally:
        CONNECTION_MONITOR.remove(watch)
        connection.close()


def connected(parameters: Mapping[str, Any]) -> Any:
    """Open a connection without Django. Raises the errors of psycopg2."""
    made = psycopg2.connect(**parameters)
    made.autocommit = True
    return made


_clusters: dict[tuple[object, ...], DatabaseNodes] = {}


def nodes_of(
    settings: dict[str, Any], *, connect: Callable[[], Any], role_of: Callable[[str], str | None]
) -> DatabaseNodes:
    """Return the nodes of the cluster that a connection's settings name."""
    key = tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER"))
    # Without ``setdefault`` two threads could each use an object with threads of its own.
    return _clusters.get(key) or _clusters.setdefault(
        key,
        DatabaseNodes(
            connect=connect, role_of=role_of, most_calls=int(settings.get("NODE_CALLS") or 1)
        ),
    )


# After a fork the child process needs its own threads and connections.
os.register_at_fork(after_in_child=_clusters.clear)
