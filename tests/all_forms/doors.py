"""Who is let in where: every address of a site, with each thing it could be about, for a visitor.

A cell has a letter for GET and one for POST: ``L`` lets in (a page, also one that sends a form back
or says that it cannot be done now), ``>`` leads on, ``D`` to the door, ``2`` to the second step or
to a new proof, ``1`` without a token (401), ``3`` refused (403), ``4`` not there, ``5`` not by this
method, ``!`` failed.
"""

import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.http.response import HttpResponseBase
from django.test import Client

from tenants.isolation.schema_switch import as_owner, start_in
from tests.all_forms.addresses import Address, addresses

ABSENT_ID = "0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70"
ABSENT_REFERENCE = "4815162342108097"
STEPS = ("/accounts/2fa/", "/accounts/reauthenticate/", "/fr/account/prove/")
DOORS = ("/accounts/login/", "/fr/account/sign-in/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What an address is asked about: the parts of the address, and what is sent with a form.

    ``is_apart``: of somebody else, so that whatever is answered nothing may have changed there.
    """

    label: str = ""
    parts: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    is_apart: bool = False
    is_json: bool = False


NOTHING = Thing()
Things = Callable[[Address], list[Thing]]


class Undone(Exception):
    """Ends a block whose writes are taken back."""


def table(text: str) -> dict[str, list[str]]:
    """The cells of a table in text, by the first words of a line; its columns are the visitors."""
    lines = [line.split() for line in text.strip().splitlines()]
    cells = len(lines[0])
    return {" ".join(line[:-cells]): line[-cells:] for line in lines[1:]}


def columns(text: str) -> list[str]:
    """The visitors of a table."""
    return text.strip().splitlines()[0].split()


def matrix(
    host: str,
    client: Client,
    things: Things,
    apart: Callable[[], object],
    methods: tuple[str, ...] = ("get", "post"),
) -> dict[str, str]:
    """What every address of a site answers to one visitor.

    ``apart`` tells the state of what is somebody else's; a request that changes it is ``changes``.
    """
    found: dict[str, str] = {}
    # Once: whatever a request does is taken back.
    before = apart()
    for address in addresses():
        if address.host != host:
            continue
        for thing in things(address):
            path = address.path({name: str(value) for name, value in thing.parts.items()})
            cells = (
                _cell(host, client, method, path, thing, lambda: apart() == before)
                for method in methods
            )
            cell = "".join(cells)
            # One view may have two addresses.
            key = f"{address.name} {thing.label}".strip()
            found[key] = cell if found.get(key, cell) == cell else f"{found[key]}|{cell}"
    return found


def _cell(
    host: str, client: Client, method: str, path: str, thing: Thing, unchanged: Callable[[], bool]
) -> str:
    cookies, cell = copy.deepcopy(client.cookies), ""
    with suppress(Undone), transaction.atomic():
        cell = said(asked(client, host, method, path, thing))
        if thing.is_apart and not unchanged():
            cell = "changes"
        raise Undone
    client.cookies = cookies
    return cell


def asked(client: Client, host: str, method: str, path: str, thing: Thing) -> HttpResponseBase:
    """One request; afterwards the test stands in the public schema again."""
    client.raise_request_exception = False
    sent = thing.data if method != "get" else None
    kind = {"content_type": "application/json"} if thing.is_json and sent is not None else {}
    try:
        answer: HttpResponseBase = getattr(client, method)(
            path, sent, headers={"host": host}, **kind
        )
        if answer.streaming:
            answer.streaming_content = [b"".join(answer)]
    finally:
        start_in(None)
    return answer


def said(answer: HttpResponseBase) -> str:
    """The letter of an answer."""
    if answer.status_code in (301, 302, 303):
        target = urlsplit(answer["Location"]).path
        return "D" if target in DOORS else "2" if target.startswith(STEPS) else ">"
    refusals = {401: "1", 403: "3", 404: "4", 405: "5"}
    if answer.status_code >= 500 and answer.status_code != 503:
        return "!"
    return refusals.get(answer.status_code, "L")


# Rows that this transaction has written to the tables of a schema, also those that it took back.
WRITTEN = """
    SELECT pg_current_xact_id()::text, sum(
        pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    ) FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'
"""


class Digests:
    """The digests of a schema that were made last, and what had been written by then."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[tuple[str, int], dict[str, str]]] = {}

    def of(self, schema: str) -> dict[str, str]:
        """A digest of every table; made anew only where something was written meanwhile."""
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(WRITTEN, [schema])
            transaction_id, rows = cursor.fetchone()
            written = (transaction_id, rows)
            before, kept = self._made.get(schema, (("", 0), {}))
            if before == written:
                return kept
            made = digests(cursor, schema)
        # What was written may be taken back, which no number tells: it is looked at again.
        if made == kept or before[0] != transaction_id:
            self._made[schema] = (written, made)
        return made


rows_of = Digests().of


def digests(cursor: CursorWrapper, schema: str) -> dict[str, str]:
    """A digest of every table of a schema."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    tables = [name for (name,) in cursor.fetchall()]
    one = "SELECT '{0}', md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {1} t"
    cursor.execute(" UNION ALL ".join(one.format(name, f'"{schema}"."{name}"') for name in tables))
    return dict(cursor.fetchall())


def differences(expected: str, found: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Where a table in text and what the visitors found differ: by address, then by visitor."""
    lines, visitors = table(expected), columns(expected)
    wrong: dict[str, dict[str, str]] = {}
    for name, cells in found.items():
        number = visitors.index(name)
        for key in lines | cells:
            said, wanted = cells.get(key, "no address"), lines.get(key, [])[number : number + 1]
            if [said] != wanted:
                wrong.setdefault(key, {})[name] = f"{said}, expected {wanted or 'a line'}"
    return wrong
