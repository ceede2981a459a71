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
    """Run statements and return how many rows the last one found or changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return int(cursor.rowcount)


def sql_run_all(statements: Iterable[str]) -> None:
    """Run statements without parameters, all or none, in one message, which is one transaction.

    In a cluster the statements run one by one: each node must get a change of tables, and Citus
    refuses most changes in a message with others.
    """
    if connection.settings_dict.get("CLUSTER"):
        with transaction.atomic():
            for statement in statements:
                sql_run(statement)
    else:
        sql_run(";\n".join(statements))


def commit_without_disk() -> str:
    """Return the value of ``synchronous_commit`` for a commit that may be lost and done again.

    In a cluster it is ``on``: a node that has been told to commit keeps what the coordinator loses.
    """
    return "on" if connection.settings_dict.get("CLUSTER") else "off"
