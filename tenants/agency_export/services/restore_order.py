"""Decisions about a restored agency that an operator makes, and never the export."""

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
    """An operator's decision which agency is restored, and in which state.

    ``sha256`` is the digest of the file, empty if this installation made the file. ``host`` is
    empty for the host made from the code; ``bodies`` is ``None`` for bodies that have this code.
    ``reason`` is required for a closed state, ``successor`` is allowed only for the archived state.
    ``accepts_loss``: requests that came after the export, and that no other agency has, may be
    lost.
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
        """Require a reason for a closed state; refuse a successor unless the agency is archived.

        Raises ``ReasonNeeded``, ``SuccessorUnfit``.
        """
        if self.state in CLOSED and not self.reason.strip():
            raise ReasonNeeded(field="reason")
        if self.successor and self.state != AgencyState.ARCHIVED:
            raise SuccessorUnfit(self.successor, field="successor")

    @classmethod
    def from_arguments(cls, kept: Mapping[str, Any]) -> "RestoreOrder":
        """Rebuild the order from the ``asdict`` form that a job stored."""
        bodies = kept["bodies"]
        return cls(
            **{
                **kept,
                "state": AgencyState(kept["state"]),
                "bodies": None if bodies is None else tuple(bodies),
            }
        )


def export_job_actor(handle: JobHandle) -> Actor:
    """Return the actor of a job on an export, who is the person who requested the job."""
    return Actor(kind=ActorKind.OVERSIGHT, label=handle.asked_by, user_id=handle.asked_by_id)
