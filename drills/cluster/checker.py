"""A checker of filings that reads the agencies' rows through the coordinator of a cluster.

Citus does not join a table of a node with a plain table of the coordinator, so the few columns that
are compared are copied to the coordinator first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from drills.faults.checker import Checker, Finding

COPIED = {
    "complaints_complaint": "id, reference, subject, privacy",
    "complaints_party": "complaint_id",
    "complaints_complaintevent": "complaint_id, position",
    "mail_mail": "reference",
}
COPY = "copied_{schema}"


class ClusterChecker(Checker):
    """A checker that compares copies of the agencies' rows with the rows of the public schema."""

    def __init__(self) -> None:
        super().__init__(tables=COPY)

    def check(
        self, cursor: Any, *, run: str, acknowledged: Mapping[str, set[str]], schemas: Sequence[str]
    ) -> Finding:
        """Copy the compared columns to the coordinator, check the run, and drop the copies."""
        cursor.execute("SET citus.enable_schema_based_sharding = off")
        try:
            for schema in schemas:
                _copy(cursor, schema)
            return super().check(cursor, run=run, acknowledged=acknowledged, schemas=schemas)
        finally:
            for schema in schemas:
                cursor.execute(f"DROP SCHEMA IF EXISTS {COPY.format(schema=schema)} CASCADE")


def _copy(cursor: Any, schema: str) -> None:
    copy = COPY.format(schema=schema)
    cursor.execute(f"DROP SCHEMA IF EXISTS {copy} CASCADE")
    cursor.execute(f"CREATE SCHEMA {copy}")
    for table, columns in COPIED.items():
        cursor.execute(
            f"CREATE UNLOGGED TABLE {copy}.{table} AS SELECT {columns} FROM {schema}.{table}"
        )
    for table, column in (("complaint", "reference"), ("party", "complaint_id")):
        cursor.execute(f"CREATE INDEX ON {copy}.complaints_{table} ({column})")
    cursor.execute(f"CREATE INDEX ON {copy}.complaints_complaintevent (complaint_id)")
    cursor.execute(f"CREATE INDEX ON {copy}.mail_mail (reference)")
