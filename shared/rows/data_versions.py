"""The data version of an agency: two numbers that change whenever rows of the agency change.

``cases`` changes with cases and their parts, ``settings`` with staff, units, labels and other
settings. A value that was read from these rows is valid until the number changes
(``shared.rows.kept_values``). The database backend writes the numbers, so no service can forget
them: in the message of a single statement, or as the last statement before a commit.

Each number is at least the time of its change in microseconds, so a number does not come back after
the database is restored from a backup.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Mapping

CASES, SETTINGS = "cases", "settings"
# The numbers that change with rows of each table of an agency's schema.
CHANGES: "Mapping[str, tuple[str, ...]]" = {
    "accounts_user": (SETTINGS,),
    "complaints_attachment": (CASES,),
    "complaints_complaint": (CASES,),
    "complaints_complaintevent": (CASES,),
    "complaints_escalationrule": (SETTINGS,),
    "complaints_label": (SETTINGS,),
    "complaints_message": (CASES,),
    "complaints_note": (CASES,),
    "complaints_officercasestate": (CASES,),
    "complaints_party": (CASES,),
    "complaints_rating": (CASES,),
    "inbox_savedview": (SETTINGS,),
    "notifications_notificationchoice": (SETTINGS,),
    "reply_templates_replytemplate": (SETTINGS,),
    "routing_routingrule": (SETTINGS,),
    "units_absence": (SETTINGS,),
    "units_unit": (SETTINGS,),
    "units_unitmember": (SETTINGS,),
}
# Tables from whose rows no value is kept. Some of them change every few seconds.
NOT_KEPT = frozenset(
    {
        "account_emailaddress", "account_emailconfirmation", "accounts_signintry",
        "accounts_staffsession", "audit_auditentry", "bulk_actions_bulkaction",
        "casework_casedraft", "django_migrations", "django_session", "mail_mail",
        "mfa_authenticator",
    }
)  # fmt: skip
# A statement that begins with this comment changes no kept value: open pages send such statements
# every few seconds, and each change of a number would make the agency read its lists again.
SAME_VERSION = "/* same data version */"

# A process remembers the tables of statements up to this length.
MAX_KNOWN_LENGTH = 16_384

_TABLE = "public.tenants_dataversion"
# Connections that write at the same time write different rows, or each would wait for the commit of
# another: with one row, filings to one agency are a third as fast.
_ROWS = 16
_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
# The SQL for the two numbers of the agency whose schema is the first of the search path.
DATA_VERSION = (
    f"(SELECT ARRAY[sum(cases), sum(settings)] FROM {_TABLE} WHERE schema_name = current_schema())"  # noqa: S608
)

_WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY|ALTER\s+TABLE)\s+(?:ONLY\s+)?"
    r'(?:"?(\w+)"?\.)?"?(\w+)"?',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataVersion:
    """The numbers of one agency, as they were before the values that are kept with them."""

    schema: str
    cases: int
    settings: int


def numbers_changed(query: str) -> tuple[tuple[str, str], ...]:
    """Return schema and number of each version that a statement changes by the tables it writes.

    The schema is "" for tables that the statement names without a schema.
    """
    if query.startswith(SAME_VERSION):
        return ()
    # The text of a statement with many rows is long and hardly ever the same.
    found = _numbers_written if len(query) <= MAX_KNOWN_LENGTH else _numbers_written.__wrapped__
    return found(query)


@lru_cache(maxsize=512)
def _numbers_written(query: str) -> tuple[tuple[str, str], ...]:
    found = {
        (schema, number)
        for schema, table in _WRITES.findall(query)
        for number in CHANGES.get(table.lower(), ())
    }
    return tuple(sorted(found))


def version_raise(schema: str, numbers: Collection[str]) -> str:
    """Return the statement that changes these numbers of an agency."""
    name = schema.replace("'", "''")
    values = ", ".join(_NOW if one in numbers else "0" for one in (CASES, SETTINGS))
    later = ", ".join(
        f"{one} = GREATEST(known.{one} + 1, EXCLUDED.{one})" for one in sorted(numbers)
    )
    return (
        f"INSERT INTO {_TABLE} AS known (schema_name, place, cases, settings)"  # noqa: S608
        f" VALUES ('{name}', mod(pg_backend_pid(), {_ROWS}), {values})"
        f" ON CONFLICT (schema_name, place) DO UPDATE SET {later}"
    )


def data_version_note(numbers: Any) -> None:
    """Record on the connection the numbers that a statement has just read as ``DATA_VERSION``.

    They are valid for this request, until the request itself changes a row.
    """
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    wrapper.changes.known = None
    if numbers and None not in numbers:
        cases, settings = map(int, numbers)
        version = DataVersion(schema=wrapper.schema_name, cases=cases, settings=settings)
        wrapper.changes.known = version


def data_version_forget() -> None:
    """Forget the numbers, when a new request begins."""
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    wrapper.changes.known = None


def data_version() -> DataVersion | None:
    """Return the numbers that this request has read, or ``None`` if a kept value may be old.

    Inside a transaction nothing kept is used, because a service may rely on rows that it locked.
    """
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    known: DataVersion | None = wrapper.changes.known
    if known is None or known.schema != wrapper.schema_name or wrapper.in_atomic_block:
        return None
    return known
