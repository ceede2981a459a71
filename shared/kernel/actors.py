"""Actors: the author of each write, also where no single person can be named."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The four kinds of actor that can change a case."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    OVERSIGHT = "oversight"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An actor; ``label`` is shown in the history and never has a citizen's name or address."""

    kind: ActorKind
    label: str
    user_id: int | None = None


CITIZEN = Actor(kind=ActorKind.CITIZEN, label="citizen")
SYSTEM = Actor(kind=ActorKind.SYSTEM, label="system")
