"""The day in Morocco of a stored time, computed by PostgreSQL with Python's time zone data.

PostgreSQL's time zone data may be older than Python's, so that a reply could be late for PostgreSQL
and in time for Python. Therefore the SQL names no time zone, and contains the times at which
Morocco's offset from UTC changes.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from shared.kernel import clock
from shared.kernel.zone_data import offset_changes


class CivilDay(Func):
    """The day in Morocco of the time in a column, equal to ``clock.civil_day``.

    The result is NULL for NULL. Only the name of a column is accepted, because the SQL contains the
    argument twice.
    """

    # ``width_bucket`` finds the valid offset by binary search.
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
        """Return the SQL of the expression."""
        changes, offsets = _offsets()
        return super().as_sql(
            compiler, connection, *given, changes=changes, offsets=offsets, **extra
        )


@lru_cache(maxsize=1)
def _offsets() -> tuple[str, str]:
    """Return the times at which Morocco's offset changes, and the offsets, as array elements.

    The first offset is valid before the first change.
    """
    first = clock.FIRST_MOMENT.astimezone(clock.NATIONAL_ZONE).utcoffset()
    found = list(
        offset_changes(clock.NATIONAL_ZONE, after=clock.FIRST_MOMENT, until=clock.LAST_MOMENT)
    )
    # PostgreSQL needs double quotes around an array element that contains a space.
    changes = ",".join(f'"{moment:%Y-%m-%d %H:%M:%SZ}"' for moment, _offset in found)
    offsets = (first, *(offset for _moment, offset in found))
    return changes, ",".join(str(offset) for offset in offsets)
