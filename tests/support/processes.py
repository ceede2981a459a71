"""Running a piece of work in a process of its own that can be killed at a chosen statement."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.db import connection
from psycopg2.errors import InsufficientPrivilege

KILLED = 9
_KEPT: list[object] = []


def in_child(work: Callable[[], object], *, die_before: int | None = None) -> int:
    """Fork, run ``work`` on a new connection, and give the exit code.

    ``die_before`` ends the process, without a word to PostgreSQL, just before its n-th statement.
    """
    return ended(start_child(work, die_before=die_before))


def start_child(work: Callable[[], object], *, die_before: int | None = None) -> int:
    """The same without waiting for its end; gives the process id, for ``ended``."""
    pid = os.fork()
    if pid:
        return pid
    try:
        # The parent's socket must be neither used nor closed politely from here, so the old
        # connection object is kept: letting it go would say goodbye on the parent's behalf.
        _KEPT.append(connection.connection)
        connection.connection = None
        connection.in_atomic_block = False
        connection.savepoint_ids = []
        connection.atomic_blocks = []
        connection.needs_rollback = False
        connection.set_schema_to_public()
        with connection.execute_wrapper(_Counter(die_before)):
            work()
        connection.close()
    except BaseException:  # noqa: BLE001, RUF100  # whatever it is, the child must end here
        os._exit(1)
    os._exit(0)


def ended(pid: int) -> int:
    """Wait for a child's end; gives its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class _Counter:
    def __init__(self, die_before: int | None) -> None:
        self.left = die_before

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if self.left is not None:
            if self.left == 0:
                os._exit(KILLED)
            self.left -= 1
        return execute(sql, params, many, context)


def outside_connection(*, database: str | None = None) -> Any:
    """A connection beside the test's transaction: it sees only what was really committed."""
    settings = connection.settings_dict
    made = psycopg2.connect(
        dbname=database or settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
    )
    made.autocommit = True
    return made


def database_drop(home: str, name: str) -> None:
    """Drop a database, whoever is connected to it.

    The owner may not end a connection of the application's login: a process that has been told to
    end is waited for.
    """
    end = time.monotonic() + 30
    with closing(outside_connection(database=home)) as made, made.cursor() as cursor:
        while True:
            try:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            except InsufficientPrivilege:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return


def roles_drop(home: str, name: str) -> None:
    """Drop the roles of a database that is gone: they belong to the whole server.

    Those of another database of the run, whose name only begins so, go with that one.
    """
    prefix = f"{name}_"
    with closing(outside_connection(database=home)) as made, made.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        others = [f"{other}_" for (other,) in cursor.fetchall()]
        cursor.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [prefix])
        for (role,) in cursor.fetchall():
            if not role.startswith(tuple(others)):
                cursor.execute(f'DROP ROLE "{role}"')


@contextmanager
def signed_in(login: str) -> Iterator[None]:
    """Within the block, the connection is one that signed in under this login.

    It is a transaction of its own, which ends with the block: it sees what was committed before.
    """
    kept = connection.connection
    parameters = connection.get_connection_params() | {"user": login}
    connection.connection = connection.get_new_connection(parameters)
    connection.in_force = None
    try:
        yield
    finally:
        connection.connection.close()
        connection.connection = kept
        connection.in_force = None
