"""The check that a connection pooler does not change the role or search path of a connection.

A pooler that shares server connections between statements could run an agency's query in another
agency's tables without an error.
"""

from contextlib import closing
from dataclasses import dataclass

from django.db import connection

from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.isolation.backends.base import (
    TEMPORARY,
    DatabaseWrapper,
    role_name,
)
from tenants.isolation.backends.connection_timeouts import statement_timeout_ms
from tenants.isolation.schema_switch import connection_beside

# A schema name that does not exist. The check reads no table, so it works before the first agency
# exists.
CHECK_SCHEMA = "a_pooler_look"
# The order in which the two connections are used. With strict alternation, a pooler that uses its
# server connections in turn could pass the check by chance.
TURNS = (0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0)
STATEMENT_TIMEOUT = "SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsReport:
    """The result of the check of a pooler with two connections."""

    keep_their_settings: bool
    # Advisory locks belong to a session of the server; a pooler may restore the settings of a
    # connection and still change the session.
    keep_their_locks: bool
    end_long_statements: bool


def pooler_check() -> SessionsReport:
    """Check whether two connections keep their own role and search path.

    The queries run outside of transactions, where a pooler may change the server connection.
    Raises the errors of the database.
    """
    has_roles = bool(connection.settings_dict.get("ROLES"))
    ways = (NATIONAL_SCHEMA, f"{CHECK_SCHEMA}, {NATIONAL_SCHEMA}")
    expected = tuple(
        (is_national, f"{way}, {TEMPORARY}")
        for is_national, way in zip((has_roles, False), ways, strict=True)
    )
    with (
        closing(connection_beside(NATIONAL_SCHEMA)) as national,
        closing(connection_beside(CHECK_SCHEMA)) as bare,
        bare.as_owner(),
    ):
        found = [(turn, *_session_state((national, bare)[turn])) for turn in TURNS]
        pairs = {(session, turn) for turn, session, _ in found}
        return SessionsReport(
            keep_their_settings=all(state == expected[turn] for turn, _, state in found),
            keep_their_locks=len(pairs) == len(dict(pairs)) == 2,
            end_long_statements=_ends_long_statements(bare),
        )


def _session_state(one: DatabaseWrapper) -> tuple[int, tuple[bool, str]]:
    """Return the server process id, whether the national role is set, and the search path."""
    role = role_name(str(connection.settings_dict["NAME"]), NATIONAL_SCHEMA)
    with one.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), current_user = %s, current_setting('search_path')", [role]
        )
        session, has_role, path = cursor.fetchone()
    return session, (has_role, path)


def _ends_long_statements(one: DatabaseWrapper) -> bool:
    with one.cursor() as cursor:
        cursor.execute(STATEMENT_TIMEOUT)
        in_force = int(cursor.fetchone()[0])
    return in_force > 0 or not statement_timeout_ms(connection.settings_dict)
