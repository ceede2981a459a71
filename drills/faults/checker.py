"""A check for filings that are lost, stored twice or half written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drills.faults.load import SUBJECT

# Conditions that are true if a row that belongs to a complaint exists. ``{tables}`` is the agency's
# schema, or a schema with copies of the agency's rows.
PARTS = {
    "party": "EXISTS (SELECT FROM {tables}.complaints_party p WHERE p.complaint_id = c.id)",
    "event": (
        "EXISTS (SELECT FROM {tables}.complaints_complaintevent e"
        " WHERE e.complaint_id = c.id AND e.position = 1)"
    ),
    "route": (
        "EXISTS (SELECT FROM public.tenants_route r"
        " WHERE r.reference = c.reference AND r.schema_name = '{schema}')"
    ),
    "idempotency key": (
        "EXISTS (SELECT FROM public.tenants_submissionkey k WHERE k.route_id = c.reference)"
    ),
    # An event is in the outbox until the worker moves the event to the register.
    "outbox": (
        "EXISTS (SELECT FROM public.register_registeroutbox o"
        " WHERE o.reference = c.reference AND o.position = 1 AND o.schema_name = '{schema}')"
        " OR EXISTS (SELECT FROM public.register_registereventrow v"
        " WHERE v.reference = c.reference AND v.position = 1)"
    ),
    "letter": "EXISTS (SELECT FROM {tables}.mail_mail m WHERE m.reference = c.reference)",
    "sealed identity": (
        "c.privacy <> 'confidential' OR EXISTS (SELECT FROM public.tenants_sealedparty s"
        " WHERE s.reference = c.reference)"
    ),
}
# Queries for rows without a case, and for rows that a case has twice.
ORPHANS = {
    "route without complaint": (
        "SELECT r.reference FROM public.tenants_route r WHERE r.schema_name = '{schema}' AND NOT"
        " EXISTS (SELECT FROM {tables}.complaints_complaint c WHERE c.reference = r.reference)"
    ),
    "complaint without route": (
        "SELECT c.reference FROM {tables}.complaints_complaint c WHERE NOT EXISTS"
        " (SELECT FROM public.tenants_route r WHERE r.reference = c.reference)"
    ),
    "outbox_event without complaint": (
        "SELECT o.reference FROM public.register_registeroutbox o WHERE o.schema_name = '{schema}'"
        " AND NOT EXISTS"
        " (SELECT FROM {tables}.complaints_complaint c WHERE c.reference = o.reference)"
    ),
    "idempotency key without route": (
        "SELECT k.route_id FROM public.tenants_submissionkey k WHERE k.schema_name = '{schema}'"
        " AND NOT EXISTS (SELECT FROM public.tenants_route r WHERE r.reference = k.route_id)"
    ),
    "complaint without event": (
        "SELECT c.reference FROM {tables}.complaints_complaint c WHERE NOT EXISTS"
        " (SELECT FROM {tables}.complaints_complaintevent e WHERE e.complaint_id = c.id)"
    ),
    "letter without complaint": (
        "SELECT m.reference FROM {tables}.mail_mail m WHERE m.reference <> '' AND NOT EXISTS"
        " (SELECT FROM public.tenants_route r WHERE r.reference = m.reference)"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The lost, doubled and half-written filings of a run, with a text for each filing."""

    lost: Sequence[str] = field(default_factory=list)
    doubled: Sequence[str] = field(default_factory=list)
    half_written: Sequence[str] = field(default_factory=list)


class Checker:
    """A checker of filings; a half-written filing is reported only in its first check."""

    def __init__(self, *, tables: str = "{schema}") -> None:
        self._tables = tables
        self._known: set[str] = set()

    def check(
        self, cursor: Any, *, run: str, acknowledged: Mapping[str, set[str]], schemas: Sequence[str]
    ) -> Finding:
        """Compare the acknowledged filings of a run with the database; return the differences."""
        stored: dict[str, list[str]] = defaultdict(list)
        half = []
        for schema in schemas:
            for key, reference, missing in self._filed(cursor, schema, run):
                stored[key].append(reference)
                if missing:
                    half.append(f"{reference} has no {', '.join(missing)}")
            half += self._orphans(cursor, schema)
        return Finding(
            lost=[
                f"{key}: {reference}"
                for key, references in acknowledged.items()
                for reference in references
                if reference not in stored[key]
            ],
            doubled=[
                f"{key}: {', '.join(sorted({*found, *acknowledged.get(key, ())}))}"
                for key, found in stored.items()
                if len(found) > 1 or len(acknowledged.get(key, ())) > 1
            ],
            half_written=half,
        )

    def _orphans(self, cursor: Any, schema: str) -> list[str]:
        found = []
        for what, statement in ORPHANS.items():
            cursor.execute(self._formatted(statement, schema))
            found += [f"{what}: {schema} {reference}" for (reference,) in cursor.fetchall()]
        new = [line for line in found if line not in self._known]
        self._known.update(new)
        return new

    def _filed(self, cursor: Any, schema: str, run: str) -> list[tuple[str, str, list[str]]]:
        conditions = ", ".join(
            f"CASE WHEN NOT ({self._formatted(condition, schema)}) THEN '{part}' END"
            for part, condition in PARTS.items()
        )
        cursor.execute(
            f"SELECT c.subject, c.reference, array_remove(ARRAY[{conditions}], NULL)"
            f" FROM {self._tables.format(schema=schema)}.complaints_complaint c"
            " WHERE c.subject LIKE %s",
            [f"{SUBJECT} {run}-%"],
        )
        prefix = len(SUBJECT) + 1
        return [
            (subject[prefix:], reference, gone) for subject, reference, gone in cursor.fetchall()
        ]

    def _formatted(self, statement: str, schema: str) -> str:
        return statement.format(schema=schema, tables=self._tables.format(schema=schema))
