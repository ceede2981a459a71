"""The statements and commits of one connection that need a node of a cluster."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django_tenants.utils import get_public_schema_name

from tenants.isolation.backends.cluster_commit import TOUCH, may_change_rows
from tenants.isolation.backends.connection_timeouts import is_lost
from tenants.isolation.backends.database_nodes import DatabaseNode, DatabaseNodes
from tenants.isolation.errors import AgencyUnreachable

if TYPE_CHECKING:
    from tenants.isolation.backends.base import DatabaseWrapper

# The value of Retry-After, in seconds, when a node does not answer.
RETRY_SECONDS = 30


# When a node is lost during a statement or commit, the coordinator sends only this general code, so
# the text of the error is compared as well.
INTERNAL_ERROR = "XX000"
LOST_IN_WORDS = re.compile(
    "failure on connection marked as essential"
    "|server closed the connection unexpectedly"
    "|could not (receive data from|send data to) server"
    "|SSL (SYSCALL )?error"
    "|no connection to the server"
    "|connection not open"
)


def is_lost_in_words(error: BaseException) -> bool:
    """Return whether the text of an internal error says that a node was lost."""
    is_internal = getattr(error, "pgcode", None) == INTERNAL_ERROR
    return is_internal and LOST_IN_WORDS.search(str(error)) is not None


class ClusterCalls:
    """The record of the nodes that a connection's statements and transaction need."""

    def __init__(self, nodes: DatabaseNodes, wrapper: "DatabaseWrapper") -> None:
        self.nodes, self._wrapper = nodes, wrapper
        # The schemas of the present statement or commit; the schemas of the whole transaction are
        # in ``_touched``.
        self._asked: tuple[str, ...] = ()
        self._admitted: list[DatabaseNode] = []
        self._touched: set[str] = set()
        self._written: set[str] = set()

    @contextmanager
    def statement(self, schema: str, query: object) -> Iterator[None]:
        """Admit a block that sends a statement in a schema.

        Raises ``AgencyUnreachable`` if the node of the schema does not answer.
        """
        if schema == get_public_schema_name():
            yield
            return
        with self._asking(schema):
            yield
        if not self._wrapper.get_autocommit():
            self._touched.add(schema)
            if may_change_rows(query):
                self._written.add(schema)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Admit a block that commits the transaction.

        Raises ``AgencyUnreachable`` if a node does not answer; the transaction may then be
        committed or not.
        """
        touched = sorted(self._touched)
        try:
            if not touched:
                yield
                return
            # The commit also waits for nodes that the transaction has only read from.
            with self._asking(*touched):
                yield
        except AgencyUnreachable as refusal:
            refusal.is_outcome_unknown = True
            # Without a new connection, the next statement would wait for the end of this commit.
            self._wrapper.close()
            raise
        finally:
            self.end()

    def touch(self) -> None:
        """Run ``TOUCH`` if the transaction may have written in an agency's schema.

        Citus then commits the coordinator and the node together.
        """
        if self._written:
            with self._wrapper.wrap_database_errors, self._wrapper.connection.cursor() as cursor:
                cursor.execute(TOUCH)

    def ends_alone(self) -> bool:
        """Return whether a rollback would have to wait for a node that does not answer."""
        return bool(self._touched & (self.nodes.unreachable() if self._touched else frozenset()))

    def end(self) -> None:
        """Clear the record of the schemas that the transaction has used."""
        self._touched.clear()
        self._written.clear()

    def require_answering(self) -> None:
        """Require that the nodes of the present statement answer. Raises ``AgencyUnreachable``."""
        if self._admitted and self._is_silent():
            raise AgencyUnreachable(", ".join(self._asked), retry_after=RETRY_SECONDS)

    def _is_silent(self) -> bool:
        return any(node.silent_since is not None for node in self._admitted)

    def raise_if_unreachable(self, error: BaseException, *, was_cut: bool, is_closed: bool) -> None:
        """Raise ``AgencyUnreachable`` when a node, not the coordinator, caused the error."""
        if not self._asked:
            return
        # If every node answers, the coordinator may have caused the missing answer.
        is_silent = was_cut and self._is_silent()
        is_refused = not was_cut and not is_closed and (is_lost(error) or is_lost_in_words(error))
        if is_silent or is_refused:
            # A new connection is needed to reach a node that was restarted.
            self._wrapper.is_lost = is_refused
            raise AgencyUnreachable(", ".join(self._asked), retry_after=RETRY_SECONDS) from error

    @contextmanager
    def _asking(self, *schemas: str) -> Iterator[None]:
        watch = self._wrapper.watch
        try:
            for schema in schemas:
                node = self.nodes.of(schema)
                if node is not None and node not in self._admitted:
                    if not node.admits(watch):
                        raise AgencyUnreachable(schema, retry_after=RETRY_SECONDS)
                    self._admitted.append(node)
            self._asked = schemas
            yield
        finally:
            self._asked = ()
            while self._admitted:
                self._admitted.pop().end(watch)
