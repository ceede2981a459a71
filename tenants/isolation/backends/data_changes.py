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

    ``known``: the version of the agency of the present request. ``pending``: the numbers to change
    before the commit, for each changed schema with the role and search path of its change.
    """

    def __init__(self) -> None:
        self.known: DataVersion | None = None
        self.pending: dict[tuple[str, Schemas], set[str]] = {}

    def before(self, schemas: "Schemas", query: Any, *, is_alone: bool) -> str:
        """Return the statements to send in one message with ``query``; "" if none is needed.

        ``is_alone``: the statement is a transaction of its own. In a longer transaction the numbers
        are changed before the commit, because other transactions wait for their rows until then.
        """
        changed: dict[str, set[str]] = {}
        for named, number in numbers_changed(query) if isinstance(query, str) else ():
            changed.setdefault(named or schemas[1][0], set()).add(number)
        # The national tables of the same names have no version.
        changed.pop(get_public_schema_name(), None)
        if not changed:
            return ""
        self.known = None
        if is_alone:
            return "; ".join(version_raise(one, changed[one]) for one in sorted(changed))
        for schema, numbers in changed.items():
            self.pending.setdefault((schema, schemas), set()).update(numbers)
        return ""

    def write(self, wrapper: "DatabaseWrapper") -> None:
        """Change the numbers of the open transaction, in an order that prevents deadlocks."""
        for schema, schemas in sorted(self.pending, key=lambda one: one[0]):
            cursor = wrapper.cursor_in(schemas)
            cursor.execute(version_raise(schema, self.pending[schema, schemas]))
            cursor.close()

    def end(self) -> None:
        """Forget the open transaction."""
        self.pending.clear()
