"""Queries for routing rules."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from shared.routing.enums import Occasion, Target
from shared.routing.errors import RuleNotFound
from shared.routing.models import RoutingRule
from shared.routing.types import RoutingTable, RuleDraft, RuleInfo
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import found_or_refuse
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


def rules() -> list[RuleInfo]:
    """Return all rules of the agency, also rules that are not in use, sorted by position."""
    rows = RoutingRule.objects.order_by("position", "pk").values(*_COLUMNS)
    return [_rule(row) for row in rows]


def rule_get(*, rule_id: UUID) -> RuleInfo:
    """Return one rule. Raises ``RuleNotFound``."""
    row = RoutingRule.objects.filter(pk=rule_id).values(*_COLUMNS).first()
    return _rule(found_or_refuse(row, RuleNotFound(str(rule_id))))


def routing_table() -> RoutingTable:
    """Return the rules in use and the conditions of each unit.

    Every filing calls this function, so it makes only one query.
    """
    units, found = [], []
    for *reach, kept in _table():
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
    return RoutingTable(rules=tuple(found), units=tuple(units))


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
        "pk", "parent_id", "category_codes", "organisation_codes", "places", "is_active", no_rule
    )
    rule = JSONObject(**{name: F(name) for name in _COLUMNS})
    ours = RoutingRule.objects.filter(is_active=True).order_by()
    return units.union(
        ours.values_list(nothing, nothing, codes, codes, codes, Value(True, BooleanField()), rule),
        all=True,
    )
