"""The statements that a connection has prepared, each for the tables of one schema.

PostgreSQL analyses and plans a statement at each use, which is nearly half of its work for a
filing. A prepared statement keeps the plan, but only for one search path, and the plan of a filing
takes 0.4 MB. So a connection prepares what it has sent several times in a schema, and keeps few
plans (decision 73).
"""

from collections import OrderedDict
from itertools import count
from typing import TYPE_CHECKING

from shared.rows.repeated_sql import RepeatedSql

if TYPE_CHECKING:
    from tenants.isolation.backends.base import DatabaseWrapper

# A role with a search path, and a statement.
_Key = tuple[tuple[str | None, tuple[str, ...]], RepeatedSql]

# The most prepared statements of a connection, together about 12 MB.
MAX_PREPARED = 32
# A statement is prepared at this use in a schema, if the connection has not counted this many other
# ones since. Filings of two thousand administrations in turn prepare nothing.
USES = 3
MAX_COUNTED = 128
# Without this setting PostgreSQL plans the first five uses of a prepared statement anew.
ONE_PLAN = "SET plan_cache_mode = force_generic_plan"


def may_prepare(wrapper: "DatabaseWrapper") -> bool:
    """Return whether a connection may prepare statements.

    Without roles a pooler may give each statement another connection, which has not prepared it. In
    a cluster both the coordinator and the node would prepare it.
    """
    return wrapper.takes_roles and wrapper.cluster is None


class PreparedStatements:
    """The prepared statements of one connection."""

    def __init__(self) -> None:
        self._names: OrderedDict[_Key, str] = OrderedDict()
        self._uses: OrderedDict[_Key, int] = OrderedDict()
        self._numbers = count(1)
        self._sent: tuple[_Key, str] | None = None

    def text(self, schemas: tuple[str | None, tuple[str, ...]], query: RepeatedSql) -> str:
        """Return the text to send for a statement, with the same values; it may be prepared.

        Call ``done`` after the text was executed.
        """
        key, self._sent = (schemas, query), None
        if (name := self._names.get(key)) is not None:
            self._names.move_to_end(key)
            return _execution(name, query)
        if not self._is_repeated(key):
            return query
        # A name is used once, because a failed message may have prepared its statement or not.
        name = f"repeated_{next(self._numbers)}"
        self._sent = key, name
        made = f"{ONE_PLAN}; PREPARE {name} AS {_numbered(query)}; {_execution(name, query)}"
        if len(self._names) < MAX_PREPARED:
            return made
        _key, former = self._names.popitem(last=False)
        return f"DEALLOCATE {former}; {made}"

    def done(self) -> None:
        """Record that the text that was returned last was executed without an error."""
        if self._sent is not None:
            key, name = self._sent
            self._names[key], self._sent = name, None

    def _is_repeated(self, key: _Key) -> bool:
        uses = self._uses.pop(key, 0) + 1
        if uses >= USES:
            return True
        self._uses[key] = uses
        if len(self._uses) > MAX_COUNTED:
            self._uses.popitem(last=False)
        return False


def _execution(name: str, query: str) -> str:
    marks = ", ".join(["%s"] * query.count("%s"))
    return f"EXECUTE {name}({marks})" if marks else f"EXECUTE {name}"


def _numbered(query: str) -> str:
    """Return a statement with ``$1``, ``$2`` and so on in place of its marks."""
    first, *rest = query.split("%s")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
