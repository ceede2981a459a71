"""Agencies and host names, which agency holds which request, and the lifecycle of agencies."""

from tenants.models.agencies import Agency, Domain, SchemaVersion
from tenants.models.cases import (
    CitizenSession,
    EmailChange,
    EncryptedParty,
    IdentityOpening,
    LinkToken,
    OwnedRoute,
    PrintedCodeAct,
    Review,
    Route,
    RouteOpening,
    SamePersonClaim,
    SubmissionKey,
    TrackingToken,
)
from tenants.models.custody import (
    Arbitration,
    CaseMove,
    CaseSplit,
    FileRelease,
    TransferOffer,
)
from tenants.models.lifecycle import (
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
    "Arbitration",
    "CaseMove",
    "CaseSplit",
    "CitizenSession",
    "DestroyOrder",
    "Domain",
    "EmailChange",
    "EncryptedParty",
    "FileRelease",
    "HostClaim",
    "IdentityOpening",
    "LeakTest",
    "LinkToken",
    "OwnedRoute",
    "PrintedCodeAct",
    "Review",
    "Route",
    "RouteOpening",
    "SamePersonClaim",
    "SchemaVersion",
    "SubmissionKey",
    "TakeOver",
    "TrackingToken",
    "TransferOffer",
]
