"""Services that change routing rules; no function here changes a case."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from shared.audit.services import audit_record
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7
from shared.routing.enums import Target
from shared.routing.errors import RuleInvalid, RuleNotFound, RuleWithoutOccasion, TooManyRules
from shared.routing.models import RoutingRule
from shared.routing.types import RuleDraft
from shared.rows.selectors import found_or_refuse
from shared.units.errors import OfficerOutsideUnit
from shared.units.selectors import officers_in_scope, unit_get

MAX_RULES = 60
MAX_NAME_LENGTH = 80
MAX_TEXTS = 60
MAX_TEXT_LENGTH = 80


@transaction.atomic
def rule_create(*, draft: RuleDraft, actor: Actor) -> RoutingRule:
    """Create a rule as the last rule; the rule is not in use before ``rule_activate``.

    Raises ``RuleInvalid``, ``RuleWithoutOccasion``, ``TooManyRules``, ``UnitNotFound`` or
    ``OfficerOutsideUnit``.
    """
    rows = rules_lock()
    if len(rows) >= MAX_RULES:
        raise TooManyRules
    columns = _columns(draft)
    position = max((row.position for row in rows), default=0) + 1
    rule = RoutingRule.objects.create(id=uuid7(), position=position, **columns)
    _record(rule.pk, "created", actor)
    return rule


@transaction.atomic
def rule_change(*, rule_id: UUID, draft: RuleDraft, actor: Actor) -> RoutingRule:
    """Change the content of a rule; cases that were routed before do not change.

    Raises ``RuleNotFound`` and the errors of ``rule_create`` except ``TooManyRules``.
    """
    rule = _locked(rule_id)
    columns = _columns(draft)
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.save(update_fields=list(columns))
    _record(rule_id, "changed", actor)
    return rule


@transaction.atomic
def rule_move(*, rule_id: UUID, is_up: bool, actor: Actor) -> bool:
    """Move a rule one position up or down; return whether the rule could be moved.

    Raises ``RuleNotFound``.
    """
    rows = rules_lock()
    found = next((index for index, row in enumerate(rows) if row.pk == rule_id), None)
    here = found_or_refuse(found, RuleNotFound(str(rule_id)))
    there = here - 1 if is_up else here + 1
    if not 0 <= there < len(rows):
        return False
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
    _record(rule_id, "moved", actor)
    return True


@transaction.atomic
def rule_activate(*, rule_id: UUID, is_active: bool, actor: Actor) -> None:
    """Activate or deactivate a rule. Raises ``RuleNotFound``."""
    rule = _locked(rule_id)
    if rule.is_active == is_active:
        return
    rule.is_active = is_active
    rule.save(update_fields=["is_active"])
    _record(rule_id, "activated" if is_active else "deactivated", actor)


@transaction.atomic
def rule_delete(*, rule_id: UUID, actor: Actor) -> None:
    """Delete a rule; cases that were routed before do not change. Raises ``RuleNotFound``."""
    _locked(rule_id).delete()
    _record(rule_id, "deleted", actor)


def rules_lock() -> list[RoutingRule]:
    """Lock all rules, and return the rules sorted by position.

    Without the lock, two moves at once could mix, and two choices of an officer in turn could
    choose the same officer. A filing locks no rules, so a filing never waits.
    """
    rows = RoutingRule.objects.select_for_update(no_key=True).order_by("pk")
    return sorted(rows, key=lambda row: (row.position, row.pk))


def turn_record(rule: RoutingRule, *, officer_id: int) -> None:
    """Store the officer whom a rule has just chosen; the caller must lock the rules before."""
    rule.last_officer_id = officer_id
    rule.save(update_fields=["last_officer_id"])


def _locked(rule_id: UUID) -> RoutingRule:
    for row in rules_lock():
        if row.pk == rule_id:
            return row
    raise RuleNotFound(str(rule_id))


def _columns(draft: RuleDraft) -> dict[str, Any]:
    """Return the column values of a rule's draft. Raises the errors of ``rule_create``."""
    if not draft.name.strip() or len(draft.name) > MAX_NAME_LENGTH:
        raise RuleInvalid(draft.name, field="name")
    if not draft.occasions:
        raise RuleWithoutOccasion(field="occasions")
    for field in ("places", "words"):
        texts: tuple[str, ...] = getattr(draft, field)
        if len(texts) > MAX_TEXTS or any(len(text) > MAX_TEXT_LENGTH for text in texts):
            raise RuleInvalid(field=field)
    if draft.unit_id is not None:
        unit_get(unit_id=draft.unit_id)
    is_person = draft.target == Target.OFFICER
    if is_person and not officers_in_scope(unit_id=draft.unit_id).filter(pk=draft.officer_id or 0):
        raise OfficerOutsideUnit(str(draft.officer_id))
    columns = asdict(draft) | {"officer_id": draft.officer_id if is_person else None}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in columns.items()}


def _record(rule_id: UUID, change: str, actor: Actor) -> None:
    audit_record(actor=actor, action=f"routing_rule.{change}", subject=f"rule {rule_id}")
