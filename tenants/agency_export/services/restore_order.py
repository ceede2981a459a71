"""What an operator decides about a restored agency, because its export must not decide it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.jobs.services.job_runner import JobHandle
from shared.kernel.actors import Actor, ActorKind
from tenants.approvals.errors import ReasonNeeded
from tenants.fleet.errors import SuccessorUnfit
from tenants.models.enums import AgencyState

CLOSED = (AgencyState.SUSPENDED, AgencyState.ARCHIVED)
STATES = (AgencyState.ACTIVE, *CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOrder:
    """Which agency it shall be and in which state, decided here and now.

    ``sha256`` is of the file that is meant; blank if this installation has made it and knows it.
    ``host`` blank for the one of its code; ``bodies`` ``None`` for those that stand under it here.
    ``reason`` goes with a closed state, ``successor`` with the archive. ``accepts_loss``: requests
    that it got after the export was made, and held to the end, may be lost.
    """

    code: str
    state: AgencyState
    sha256: str = ""
    host: str = ""
    reason: str = ""
    successor: str = ""
    bodies: tuple[str, ...] | None = None
    accepts_loss: bool = False

    def require(self) -> None:
        """Refuse what cannot be meant. Raises ``ReasonNeeded``, ``SuccessorUnfit``."""
        if self.state in CLOSED and not self.reason.strip():
            raise ReasonNeeded(field="reason")
        if self.successor and self.state != AgencyState.ARCHIVED:
            raise SuccessorUnfit(self.successor, field="successor")

    @classmethod
    def from_arguments(cls, kept: Mapping[str, Any]) -> "RestoreOrder":
        """Read what ``asdict`` wrote, as a job keeps it."""
        bodies = kept["bodies"]
        return cls(
            **{
                **kept,
                "state": AgencyState(kept["state"]),
                "bodies": None if bodies is None else tuple(bodies),
            }
        )


def export_job_actor(handle: JobHandle) -> Actor:
    """Return the actor of a job on an export: who requested it."""
    return Actor(kind=ActorKind.OVERSIGHT, label=handle.asked_by, user_id=handle.asked_by_id)
