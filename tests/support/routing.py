"""Routing rules for tests; the schema of the agency must be entered."""

from uuid import UUID

from shared.kernel.actors import SYSTEM
from shared.routing.enums import Occasion, Target
from shared.routing.services import rule_activate, rule_create
from shared.routing.types import RuleDraft

NEW = (Occasion.FILED, Occasion.TRANSFERRED)


def rule_draft(name: str = "Rule", **says: object) -> RuleDraft:
    """What a rule says; on new requests and to a unit unless it says otherwise."""
    values: dict[str, object] = {"name": name, "occasions": NEW, "target": Target.UNIT, **says}
    return RuleDraft(**values)  # type: ignore[arg-type]


def rule(name: str = "Rule", *, is_active: bool = True, **says: object) -> UUID:
    """The number of a new rule behind all others, in use."""
    made = rule_create(draft=rule_draft(name, **says), actor=SYSTEM)
    rule_activate(rule_id=made.pk, is_active=is_active, actor=SYSTEM)
    return made.pk
