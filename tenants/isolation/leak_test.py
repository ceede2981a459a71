"""The test that PostgreSQL keeps agencies apart: each of some is made to try the others' tables."""

import logging
import random
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import ProgrammingError, connection, transaction
from psycopg2 import errorcodes

from shared.kernel import clock
from tenants.agencies.selectors import agency_list
from tenants.isolation.checks import agency_table_names, public_table_names
from tenants.isolation.context import schema_entered
from tenants.isolation.roles import OWN_ROWS, agency_readable
from tenants.models import LeakTest

# So many agencies try, each on so many others: some thousand attempts, a few seconds.
READERS = 20
OTHERS = 4

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """A query that must be refused, or where policies hide rows, must find none."""

    what: str
    query: str


def leak_test(*, readers: int = READERS, others: int = OTHERS) -> LeakTest | None:
    """Try to read, under agencies' own roles, what is not theirs; write down what was refused.

    Drawn by lot, so that in time each is tried. ``None`` where the host of the database allows no
    roles: there is nothing to refuse anything.
    """
    if not connection.settings_dict.get("ROLES"):
        return None
    schemas = list(agency_list().values_list("schema_name", flat=True))
    drawn = random.sample(schemas, min(readers, len(schemas)))
    attempts, leaked = 0, []
    for reader in drawn:
        rest = [one for one in schemas if one != reader]
        chosen = random.sample(rest, min(others, len(rest)))
        with schema_entered(reader):
            for attempt in _attempts(chosen):
                attempts += 1
                if not _is_refused(attempt):
                    leaked.append({"reader": reader, "read": attempt.what})
    for one in leaked:
        logger.error("leak: %s reads %s", one["reader"], one["read"])
    return LeakTest.objects.create(
        at=clock.now(),
        agencies=len(drawn),
        attempts=attempts,
        refused=attempts - len(leaked),
        leaked=leaked,
    )


def _attempts(others: Iterable[str]) -> Iterable[_Attempt]:
    for other in others:
        for table in sorted(agency_table_names()):
            yield _reading(other, table)
        for table in sorted(set(OWN_ROWS) & agency_readable()):
            yield _Attempt(what=f"rows of {other} in {table}", query=_foreign(table, other))
    for table in sorted(public_table_names() - agency_readable()):
        yield _reading("public", table)


def _reading(schema: str, table: str) -> _Attempt:
    name = f'"{schema}"."{table}"'
    return _Attempt(what=f"{schema}.{table}", query=f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608


def _foreign(table: str, schema: str) -> str:
    code = schema.removeprefix("a_").replace("_", "-")
    rows = {
        "tenants_route": f"schema_name = '{schema}'",
        "register_registeroutbox": f"schema_name = '{schema}'",
    }.get(table, f"agency_code = '{code}'")
    return f"SELECT 1 FROM public.{table} WHERE {rows} LIMIT 1"  # noqa: S608


def _is_refused(attempt: _Attempt) -> bool:
    try:
        # Alone in a savepoint: after a refusal, PostgreSQL takes no other statement.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt.query)
            # Where rows are hidden one by one nothing is refused, and none may be seen.
            return "WHERE" in attempt.query and cursor.fetchone() is None
    except ProgrammingError as error:
        # Any other fault would say nothing of rights, and must not pass for a refusal.
        if getattr(error.__cause__, "pgcode", "") != errorcodes.INSUFFICIENT_PRIVILEGE:
            raise
        return True
