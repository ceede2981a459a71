"""The changes of agencies' rows by one connection, and the statements that record them.

Each change of rows changes a number of the agency (``shared.rows.data_versions``). The number is
written with the change: other transactions must never see the new number without the new rows.
"""

from typing import TYPE_CHECKING, Any

from django_tenants.utils import get_public_schema_name

from shared.rows.data_versions import DataVersion, numbers_changed, version_raise

if TYPE_CHECKING:
    from tenants.isolation.backends.base import DatabaseWrapper
    from tenants.isolation.backends.cursors import Schemas


class DataChanges:
    """The numbers that the open transaction must change, and the version that was read last.

    ``known``: the version of the agency of the present request. ``pending``: for each role and
    search path, the numbers to change before the commit.
    """

    def __init__(self) -> None:
        self.known: DataVersion | None = None
        self.pending: dict[Schemas, set[str]] = {}

    def before(self, schemas: "Schemas", query: Any, *, is_alone: bool) -> str:
        """Return the statement to send in one message with ``query``; "" if none is needed.

        ``is_alone``: the statement is a transaction of its own. In a longer transaction the number
        is changed before the commit, because other transactions wait for its row until then.
        """
        schema = schemas[1][0]
        numbers = numbers_changed(query) if isinstance(query, str) else ()
        if not numbers or schema == get_public_schema_name():
            return ""
        self.known = None
        if is_alone:
            return version_raise(schema, numbers)
        self.pending.setdefault(schemas, set()).update(numbers)
        return ""

    def write(self, wrapper: "DatabaseWrapper") -> None:
        """Change the numbers of the open transaction, in an order that prevents deadlocks."""
        for schemas in sorted(self.pending, key=lambda one: one[1][0]):
            cursor = wrapper.cursor_in(schemas)
            cursor.execute(version_raise(schemas[1][0], self.pending[schemas]))
            cursor.close()

    def end(self) -> None:
        """Forget the open transaction."""
        self.pending.clear()
