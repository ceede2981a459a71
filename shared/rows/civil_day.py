"""The civil day of a stored moment, computed by PostgreSQL with Python's time zone data.

PostgreSQL's own zone data may be older than Python's, so a statement that names a zone could count
a reply as late that Python counts as in time. A statement therefore contains the moments at which
the national offset changes, and names no zone.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from shared.kernel import clock
from shared.kernel.zone_data import offset_changes


class CivilDay(Func):
    """The day in Morocco of the moment in a column, as ``clock.civil_day`` computes it.

    The result is NULL for NULL. Only a plain column is accepted, because the SQL contains the
    expression twice.
    """

    # ``width_bucket`` finds the moment's offset by bisection: about ten comparisons a row.
    template = (
        "timezone(('{%(offsets)s}'::interval[])["
        "width_bucket(%(expressions)s, '{%(changes)s}'::timestamptz[]) + 1], %(expressions)s)::date"
    )
    output_field = DateField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *given: Any, **extra: Any
    ) -> Any:
        """Return the SQL, which contains the moments at which the national offset changes."""
        changes, offsets = _offsets()
        return super().as_sql(
            compiler, connection, *given, changes=changes, offsets=offsets, **extra
        )


@lru_cache(maxsize=1)
def _offsets() -> tuple[str, str]:
    """Return all changes of the national offset, and all offsets, as PostgreSQL array elements.

    The first offset is valid before the first change. A century's zone data are read once a
    process.
    """
    first = clock.FIRST_MOMENT.astimezone(clock.NATIONAL_ZONE).utcoffset()
    found = list(
        offset_changes(clock.NATIONAL_ZONE, after=clock.FIRST_MOMENT, until=clock.LAST_MOMENT)
    )
    # PostgreSQL needs double quotes around an array element that contains a space.
    changes = ",".join(f'"{moment:%Y-%m-%d %H:%M:%SZ}"' for moment, _offset in found)
    offsets = (first, *(offset for _moment, offset in found))
    return changes, ",".join(str(offset) for offset in offsets)
