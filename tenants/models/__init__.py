"""The address book: agencies and hosts, who holds which request, and the life of agencies."""

from tenants.models.book import (
    Agency,
    Domain,
    SchemaVersion,
)
from tenants.models.cases import (
    EmailChange,
    LinkToken,
    OwnedRoute,
    Review,
    Route,
    SealedParty,
    SubmissionKey,
    TrackingToken,
    VaultOpening,
    Visit,
)
from tenants.models.life import (
    AgencyUsage,
    ApprovalRequest,
    DestroyOrder,
    HostClaim,
    LeakTest,
    TakeOver,
)

__all__ = [
    "Agency",
    "AgencyUsage",
    "ApprovalRequest",
    "DestroyOrder",
    "Domain",
    "EmailChange",
    "HostClaim",
    "LeakTest",
    "LinkToken",
    "OwnedRoute",
    "Review",
    "Route",
    "SchemaVersion",
    "SealedParty",
    "SubmissionKey",
    "TakeOver",
    "TrackingToken",
    "VaultOpening",
    "Visit",
]
