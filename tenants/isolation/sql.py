"""Functions that run plain SQL in the active schema."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction


def sql_rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run one query and return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall())


def sql_column(sql: str, *params: Any) -> list[Any]:
    """Run one query and return the first value of each row."""
    return [row[0] for row in sql_rows(sql, *params)]


def sql_run(sql: str, *params: Any) -> int:
    """Run statements and return how many rows the last statement found or changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return int(cursor.rowcount)


def sql_run_all(statements: Iterable[str]) -> None:
    """Run all statements without parameters, in one message and therefore in one transaction.

    In a cluster the statements run one by one in a transaction, because Citus refuses most changes
    of tables in a message with other statements.
    """
    if connection.settings_dict.get("CLUSTER"):
        with transaction.atomic():
            for statement in statements:
                sql_run(statement)
    else:
        sql_run(";\n".join(statements))


def commit_without_disk() -> str:
    """Return the ``synchronous_commit`` value for a commit that may be lost and repeated.

    In a cluster the value is ``on``: after a crash the coordinator could have lost a commit that a
    node still has.
    """
    return "on" if connection.settings_dict.get("CLUSTER") else "off"
