"""Units and their members for tests; the schema of the agency must be entered."""

from shared.accounts.models import User
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording
from shared.units.services import unit_create, unit_members_set
from shared.units.types import UnitDraft


def unit(name: str, *members: User, parent: int | None = None, **handles: tuple[str, ...]) -> int:
    """The number of a new unit with these members."""
    draft = UnitDraft(names=Wording(ar=name, fr=name, en=name), **handles)
    number = unit_create(draft=draft, parent_id=parent, actor=SYSTEM).pk
    join(number, *members)
    return number


def join(unit_id: int, *members: User) -> None:
    """Let these people be members of a unit too."""
    numbers = [user.pk for user in members]
    unit_members_set(
        unit_id=unit_id, user_ids=numbers, of=numbers, is_last_kept=False, actor=SYSTEM
    )
