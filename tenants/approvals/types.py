"""Data of requests that wait for the approval of a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tenants.models.enums import ApprovalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingOrder:
    """A request that waits for a second person; ``is_own``: the reader made the request."""

    id: UUID
    reason: str
    by: str
    at: datetime
    until: datetime
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDetail(WaitingOrder):
    """A waiting request for an action; ``confirmed_by`` is blank until somebody has agreed."""

    kind: ApprovalKind
    subject: str
    arguments: Mapping[str, Any]
    confirmed_by: str = ""

    @property
    def slug(self) -> str:
        """Return the kind of the request as part of a URL, for example ``take-over``."""
        return self.kind.value.replace("_", "-")
