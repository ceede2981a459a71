"""The civil day of a stored moment, computed by PostgreSQL with Python's time zone data.

PostgreSQL has its own zone data, as old as the installation of its server: with the name of a zone,
a statement could count a reply as late that this project's clock counts as in time. So a statement
gets the moments at which the national offset changes, and names no zone.
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

    NULL for NULL. Takes a plain column only, because the SQL contains the expression twice.
    """

    # The place of the moment among the changes is found by bisection: some ten comparisons a row.
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
        """Return the SQL, with the changes of the offset in it."""
        changes, offsets = _offsets()
        return super().as_sql(
            compiler, connection, *given, changes=changes, offsets=offsets, **extra
        )


@lru_cache(maxsize=1)
def _offsets() -> tuple[str, str]:
    """Return all changes, and the offsets before the first and after each, in PostgreSQL's form.

    Reads the zone data of a century, once a process.
    """
    first = clock.FIRST_MOMENT.astimezone(clock.NATIONAL_ZONE).utcoffset()
    found = list(
        offset_changes(clock.NATIONAL_ZONE, after=clock.FIRST_MOMENT, until=clock.LAST_MOMENT)
    )
    # In double quotes: an element of an array with a space in it.
    changes = ",".join(f'"{moment:%Y-%m-%d %H:%M:%SZ}"' for moment, _offset in found)
    offsets = (first, *(offset for _moment, offset in found))
    return changes, ",".join(str(offset) for offset in offsets)
