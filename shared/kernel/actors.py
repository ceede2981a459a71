"""Who did it: every write names its actor, even when the actor is nobody in particular."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The four hands that can move a case."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    OVERSIGHT = "oversight"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One hand. ``label`` stands in the history and never holds a citizen's name or address."""

    kind: ActorKind
    label: str
    user_id: int | None = None


CITIZEN = Actor(kind=ActorKind.CITIZEN, label="citizen")
SYSTEM = Actor(kind=ActorKind.SYSTEM, label="system")
