"""The nodes of a cluster: whether each answers, and which agencies' schemas it holds.

A node that has lost its power refuses at once; one that hangs takes each statement and answers
none. So each process queries every node at intervals, on a connection of its own. While a node is
silent, statements that need it are refused at once, and statements that wait for it are cut:
otherwise its agencies' visitors would soon hold every thread, and nobody would be served.
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

# Between two queries to a node, between two polls, and the longest wait for an answer. While a
# statement has waited for longer than a poll, its node is queried at each poll.
ASK_SECONDS = 0.4
POLL_SECONDS = 0.1
ANSWER_SECONDS = 1.0
# After so long without an answer, a node gets no more threads than NODE_CALLS.
SLOW_SECONDS = 0.25
# A table that somebody has locked says nothing of its node.
LOCK_MILLISECONDS = 500
# Between two tries while a node is silent.
PAUSE_SECONDS = 1.0
# How old the list of agencies and their nodes may be.
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
    """The state of one node in a process; ``silent_seconds`` is ``None`` while the node answers."""

    name: str
    agencies: int
    silent_seconds: float | None


class DatabaseNode:
    """One node, shared by all threads of this process."""

    def __init__(self, name: str, *, most_calls: int) -> None:
        self.name = name
        self.silent_since: float | None = None
        # Since when the node has been asked without an answer; 0 while it is not asked.
        self.asked_at = 0.0
        self._most_calls = most_calls
        # The statements under way, each with the moment at which it was sent.
        self._calls: dict[ResponseTimeout, float] = {}
        self._asked_last = 0.0
        self._lock = Lock()

    def admits(self, watch: ResponseTimeout) -> bool:
        """Return whether a statement may be sent; if so, record its connection's ``watch``."""
        with self._lock:
            if self.silent_since is not None or self._is_crowded():
                return False
            self._calls[watch] = time.monotonic()
            return True

    def end(self, watch: ResponseTimeout) -> None:
        """Forget a statement that has ended."""
        with self._lock:
            self._calls.pop(watch, None)
            # A cut of this moment would hit the next statement of the connection.
            watch.until = 0.0

    def fail(self) -> None:
        """Mark the node as silent: refuse new statements, and cut those that wait."""
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
        """Return for how long the node has been silent; ``None`` while it answers."""
        since = self.silent_since
        return None if since is None else time.monotonic() - since

    def is_due(self) -> bool:
        """Return whether it is time to query the node."""
        now = time.monotonic()
        with self._lock:
            is_waited_for = any(now - sent > POLL_SECONDS for sent in self._calls.values())
        return is_waited_for or now - self._asked_last >= ASK_SECONDS

    def ask(self, put: Callable[[], bool | None]) -> None:
        """Query the node; ``put`` returns whether the node answered, ``None`` if not asked."""
        self.asked_at = self._asked_last = began = time.monotonic()
        try:
            is_answered = put()
            if is_answered is False and time.monotonic() - began < SLOW_SECONDS:
                # What was refused at once may be an old connection to a node that was restarted.
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
    """The nodes of one cluster, with threads that run as long as the process."""

    def __init__(
        self, *, connect: Callable[[], Any], role_of: Callable[[str], str | None], most_calls: int
    ) -> None:
        self._connect, self._role_of, self._most_calls = connect, role_of, most_calls
        self._nodes: dict[str, DatabaseNode] = {}
        self._placements: Mapping[str, str] = {}
        self._lock = Lock()
        self._is_started = False

    def of(self, schema: str) -> DatabaseNode | None:
        """Return the node on which a schema is; ``None`` while that is not known."""
        if not self._is_started:
            self.start()
        return self._nodes.get(self._placements.get(schema, ""))

    def start(self) -> None:
        """Start the threads that query the nodes, once a process."""
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        with suppress(psycopg2.Error):
            # The first statement must find the nodes known: one may be silent at the start.
            self._read_placements()
        Thread(target=self._follow, name="database-placements", daemon=True).start()

    def states(self) -> list[NodeState]:
        """Return the state of each node, by name."""
        held = list(self._placements.values())
        return [
            NodeState(name=name, agencies=held.count(name), silent_seconds=node.silent_seconds())
            for name, node in sorted(self._nodes.items())
        ]

    def unreachable(self) -> frozenset[str]:
        """Return the schemas whose node is silent."""
        return frozenset(
            schema
            for schema, name in self._placements.items()
            if name in self._nodes and self._nodes[name].silent_since is not None
        )

    def _follow(self) -> None:
        while True:
            time.sleep(PLACEMENT_SECONDS)
            try:
                # Without the coordinator every request fails, and reports that.
                with suppress(psycopg2.Error):
                    self._read_placements()
            except Exception:
                # Too many open files and the like: without this thread no list would be read again.
                logger.exception("the agencies of the nodes could not be read")

    def _read_placements(self) -> None:
        with _watched(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(PLACEMENTS)
            found = dict(cursor.fetchall())
        for name in set(found.values()) - set(self._nodes):
            node = DatabaseNode(name, most_calls=self._most_calls)
            # Listed before its thread starts, which ends when the node is not listed.
            self._nodes[name] = node
            try:
                Thread(
                    target=self._ask_always, args=(node,), name=f"database-node {name}", daemon=True
                ).start()
            except RuntimeError:
                del self._nodes[name]
                raise
        self._placements = found
        # A node that was renamed or removed would be called silent for ever.
        for name in set(self._nodes) - set(found.values()):
            del self._nodes[name]

    def _ask_always(self, node: DatabaseNode) -> None:
        question = _Question(self._connect)
        while self._nodes.get(node.name) is node:
            try:
                if node.is_due():
                    self._ask(node, question)
            except Exception:
                # Too many open files and the like: without this thread its state would stay.
                logger.exception("the node %s could not be asked", node.name)
                question.close()
            time.sleep(POLL_SECONDS if node.silent_since is None else PAUSE_SECONDS)

    def _ask(self, node: DatabaseNode, question: "_Question") -> None:
        if self._placements.get(question.schema) != node.name:
            schemas = [one for one, name in self._placements.items() if name == node.name]
            # A random one: otherwise all processes would read one table.
            question.schema = random.choice(schemas) if schemas else ""  # noqa: S311
        if question.schema:
            node.ask(partial(question.put, self._role_of(question.schema)))


class _Question:
    """The connection on which one node is queried; a fresh one after each failure.

    A process of the coordinator that is connected to a hanging node already waits for as long as
    the node hangs. A fresh process gives up by itself (citus.node_connection_timeout).
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self.schema = ""
        self._connection: Any = None
        self._watch: ResponseTimeout = ResponseTimeout()

    def put(self, role: str | None) -> bool | None:
        """Read a row of the schema; return whether the node answered, ``None`` if it was not asked.

        The node is not asked while the coordinator does not answer, or when the schema is moving or
        its table locked: then another schema is read the next time.
        """
        is_asked, schema = False, self.schema
        try:
            if self._connection is None:
                self._connection = self._connect()
                with self._connection.cursor() as cursor:
                    # Whoever locks the table, locks it at the coordinator first.
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
            # Only now another schema: each schema that is read costs the node one more connection.
            self.schema = ""
            return None
        finally:
            self._watch.until = 0.0
        return True

    def close(self) -> None:
        """Close and forget the connection."""
        if isinstance(self._watch, SocketTimeout):
            CONNECTION_MONITOR.remove(self._watch)
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
        self._connection, self._watch = None, ResponseTimeout()


@contextmanager
def _watched(connection: Any) -> Iterator[Any]:
    """Provide a connection for the block, with a time limit, and close it."""
    watch = SocketTimeout(connection)
    CONNECTION_MONITOR.add(watch)
    watch.until = time.monotonic() + ANSWER_SECONDS
    try:
        yield connection
    finally:
        CONNECTION_MONITOR.remove(watch)
        connection.close()


def connected(parameters: Mapping[str, Any]) -> Any:
    """Open a connection outside of Django's. Raises what the driver raises."""
    made = psycopg2.connect(**parameters)
    made.autocommit = True
    return made


_clusters: dict[tuple[object, ...], DatabaseNodes] = {}


def nodes_of(
    settings: dict[str, Any], *, connect: Callable[[], Any], role_of: Callable[[str], str | None]
) -> DatabaseNodes:
    """Return the nodes of the cluster that the settings of a connection lead to."""
    key = tuple(str(settings.get(name)) for name in ("HOST", "PORT", "NAME", "USER"))
    # Two threads that connect at once share one: each would have threads of its own.
    return _clusters.get(key) or _clusters.setdefault(
        key,
        DatabaseNodes(
            connect=connect, role_of=role_of, most_calls=int(settings.get("NODE_CALLS") or 1)
        ),
    )


# Threads and their connections are the parent's.
os.register_at_fork(after_in_child=_clusters.clear)
