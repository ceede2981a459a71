"""Queries for routing rules."""

import logging
from collections.abc import Mapping
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, F, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, JSONObject

from shared.routing.enums import Occasion, Target
from shared.routing.errors import RuleNotFound
from shared.routing.models import RoutingRule
from shared.routing.types import RoutingTable, RuleDraft, RuleInfo
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import found_or_refuse
from shared.rows.services import InsertCondition
from shared.units.models import Unit
from shared.units.types import UnitReach

logger = logging.getLogger(__name__)

_LISTS = (
    "occasions", "kinds", "category_codes", "organisation_codes", "languages", "channels",
    "places", "words",
)  # fmt: skip
_COLUMNS = (
    "id", "position", "is_active", "name", *_LISTS, "target", "unit_id", "officer_id",
    "last_officer_id",
)  # fmt: skip
# The digest of all rows of units and of the rules in use. The officer whom a rule chose last is
# left out, because no filing reads it, and a rule in turn would change the digest at each filing.
_DIGEST = """
    sha256(convert_to(concat(
        (SELECT string_agg(to_jsonb(one)::text, ',' ORDER BY one.id) FROM units_unit one), '|',
        (SELECT string_agg((to_jsonb(one) - 'last_officer_id')::text, ',' ORDER BY one.id)
         FROM routing_routingrule one WHERE one.is_active)
    ), 'UTF8'))"""
_DIGEST_OF_NOTHING = sha256(b"|").digest()
# The most agencies whose tables a process keeps.
MAX_KNOWN = 4_000
_known: "LRUCache[tuple[str, str], RoutingTable]" = LRUCache(maxsize=MAX_KNOWN)
_known_lock = Lock()


def rules() -> list[RuleInfo]:
    """Return all rules of the agency, also rules that are not in use, sorted by position."""
    rows = RoutingRule.objects.order_by("position", "pk").values(*_COLUMNS)
    return [_rule(row) for row in rows]


def rule_get(*, rule_id: UUID) -> RuleInfo:
    """Return one rule. Raises ``RuleNotFound``."""
    row = RoutingRule.objects.filter(pk=rule_id).values(*_COLUMNS).first()
    return _rule(found_or_refuse(row, RuleNotFound(str(rule_id))))


def routing_table() -> RoutingTable:
    """Return the rules in use and the conditions of each unit; one query.

    This process keeps the table for ``routing_table_known``.
    """
    units, found, digest = [], [], _DIGEST_OF_NOTHING
    for *reach, kept, digest_here in _table():
        digest = bytes(digest_here)
        what = "unit" if kept is None else "routing rule"
        try:
            if kept is None:
                units.append(_reach(*reach))
            else:
                found.append(_rule(kept))
        except (KeyError, TypeError, ValueError) as fault:
            # The row may be from another release. An unreadable row must not stop a filing.
            logger.error("a %s cannot be read: %s", what, type(fault).__name__)
    units.sort(key=lambda one: one.id)
    found.sort(key=lambda one: (one.position, one.id))
    table = RoutingTable(rules=tuple(found), units=tuple(units), digest=digest)
    with _known_lock:
        _known[_here()] = table
    return table


def routing_table_known() -> RoutingTable | None:
    """Return the table that this process has read last, without a query; ``None`` if none is kept.

    The table may be out of date: use the result only in a statement with ``table_is_current``. In
    a cluster no table is kept.
    """
    if connection.settings_dict.get("CLUSTER"):
        return None
    with _known_lock:
        return _known.get(_here())


def table_is_current(table: RoutingTable) -> InsertCondition:
    """Return the condition that the agency's rules and units are still those of ``table``."""
    return InsertCondition(sql=f"{_DIGEST} = %s", values=(table.digest,))


def _here() -> tuple[str, str]:
    return str(connection.settings_dict["NAME"]), getattr(connection, "schema_name", "public")


def _rule(row: Mapping[str, Any]) -> RuleInfo:
    lists = {name: tuple(map(_word, row[name])) for name in _LISTS if name != "occasions"}
    return RuleInfo(
        id=UUID(str(row["id"])),
        position=row["position"],
        is_active=row["is_active"],
        last_officer_id=row["last_officer_id"],
        draft=RuleDraft(
            name=row["name"],
            occasions=tuple(map(Occasion, row["occasions"])),
            target=Target(row["target"]),
            unit_id=row["unit_id"],
            officer_id=row["officer_id"],
            **lists,
        ),
    )


def _reach(*values: Any) -> UnitReach:
    reach = UnitReach(*values)
    for one in reach.places:
        _word(one)
    return reach


def _word(value: object) -> str:
    """Return ``value`` if it is a text. Raises ``TypeError`` for another value.

    Rows that are older than the table's check constraint may have other values.
    """
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


@compiled_query()
def _table() -> QuerySet[Any, Any]:
    nothing = Value(None, IntegerField())
    codes = Value(None, ArrayField(TextField()))
    no_rule = Cast(Value(None, TextField()), JSONField())
    units = Unit.objects.order_by().values_list(
        "pk", "parent_id", "category_codes", "organisation_codes", "places", "is_active", no_rule,
        RawSQL(_DIGEST, ()),  # noqa: S611 - without values
    )  # fmt: skip
    rule = JSONObject(**{name: F(name) for name in _COLUMNS})
    ours = RoutingRule.objects.filter(is_active=True).order_by()
    digest = RawSQL(_DIGEST, ())  # noqa: S611 - without values
    return units.union(
        ours.values_list(
            nothing, nothing, codes, codes, codes, Value(True, BooleanField()), rule, digest
        ),
        all=True,
    )
