"""The leak test: agencies' roles try to read other agencies' tables, and PostgreSQL must refuse."""

import logging
import random
from collections.abc import Iterable

from django.db import ProgrammingError, connection, transaction
from psycopg2 import errorcodes

from shared.kernel import clock
from tenants.agencies.selectors import agency_list
from tenants.isolation.checks import agency_table_names, public_table_names
from tenants.isolation.cluster import unreachable_schemas
from tenants.isolation.database_roles import OWN_ROWS, agency_readable
from tenants.isolation.schema_switch import schema_entered
from tenants.models import LeakTest

# The count of agencies whose roles try to read, and of the other agencies that each role tries to
# read.
READERS = 20
OTHERS = 4

logger = logging.getLogger(__name__)


def leak_test(*, readers: int = READERS, others: int = OTHERS) -> LeakTest | None:
    """Try to read other agencies' data with the roles of some agencies, and store the result.

    The agencies are drawn at random. Returns ``None`` without a test if the setting ROLES is off.
    """
    if not connection.settings_dict.get("ROLES"):
        return None
    unreachable = unreachable_schemas()
    found = agency_list().values_list("schema_name", flat=True)
    # Agencies whose node does not answer are left out, because their queries would only fail.
    schemas = [one for one in found if one not in unreachable]
    drawn = random.sample(schemas, min(readers, len(schemas)))
    attempts, leaked = 0, []
    for reader in drawn:
        rest = [one for one in schemas if one != reader]
        chosen = random.sample(rest, min(others, len(rest)))
        with schema_entered(reader):
            for name, query in _attempts(chosen):
                attempts += 1
                if not _is_refused(query):
                    leaked.append({"reader": reader, "read": name})
    for one in leaked:
        logger.error("leak: %s reads %s", one["reader"], one["read"])
    return LeakTest.objects.create(
        at=clock.now(),
        agencies=len(drawn),
        attempts=attempts,
        refused=attempts - len(leaked),
        leaked=leaked,
    )


def _attempts(others: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield the name and SQL of each query that must be refused or must find no row."""
    for other in others:
        for table in sorted(agency_table_names()):
            yield f"{other}.{table}", f'SELECT 1 FROM "{other}"."{table}" LIMIT 1'  # noqa: S608
        for table in sorted(set(OWN_ROWS) & agency_readable()):
            yield f"rows of {other} in {table}", _foreign(table, other)
    for table in sorted(public_table_names() - agency_readable()):
        yield f"public.{table}", f'SELECT 1 FROM public."{table}" LIMIT 1'  # noqa: S608


def _foreign(table: str, schema: str) -> str:
    code = schema.removeprefix("a_").replace("_", "-")
    rows = {
        "tenants_dataversion": f"schema_name = '{schema}'",
        "tenants_route": f"schema_name = '{schema}'",
        "register_registeroutbox": f"schema_name = '{schema}'",
    }.get(table, f"agency_code = '{code}'")
    return f"SELECT 1 FROM public.{table} WHERE {rows} LIMIT 1"  # noqa: S608


def _is_refused(query: str) -> bool:
    try:
        # Without a savepoint PostgreSQL would accept no other statement after a refusal.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query)
            # A row policy does not refuse a query but hides rows, so the query must find no row.
            return "WHERE" in query and cursor.fetchone() is None
    except ProgrammingError as error:
        # An error for another reason than missing rights must not count as a refusal.
        if getattr(error.__cause__, "pgcode", "") != errorcodes.INSUFFICIENT_PRIVILEGE:
            raise
        return True
