"""The routing rules of an agency."""

from shared.complaints.enums import Kind, Language
from shared.kernel.actors import Actor
from shared.routing.enums import Occasion, Target
from shared.routing.services import rule_activate, rule_create
from shared.routing.types import RuleDraft
from shared.units.selectors import units

NEW = (Occasion.FILED, Occasion.TRANSFERRED)


def rules_make(*, actor: Actor) -> None:
    """Make three routing rules; runs in the agency's schema."""
    upper, lower = (one.id for one in units()[:2])
    medicines = RuleDraft(
        name="نقص الأدوية",
        occasions=NEW,
        words=("دواء", "أدوية", "médicament", "médicaments"),
        target=Target.LEAST_OPEN,
        unit_id=lower,
    )
    french = RuleDraft(
        name="Observations et propositions en français",
        occasions=NEW,
        languages=(Language.FRENCH,),
        kinds=(Kind.OBSERVATION, Kind.PROPOSAL),
        target=Target.IN_TURN,
        unit_id=upper,
    )
    again = RuleDraft(
        name="إعادة الفتح",
        occasions=(Occasion.REOPENED,),
        target=Target.LEAST_OPEN,
        unit_id=upper,
    )
    for draft in (medicines, french):
        rule_id = rule_create(draft=draft, actor=actor).pk
        rule_activate(rule_id=rule_id, is_active=True, actor=actor)
    # The third rule is not in use, so that the dry run can show the rule's effect.
    rule_create(draft=again, actor=actor)
