"""What oversight sends about workspaces, one or many."""

from public_portal.oversight.agencies.forms.bulk import BulkFileForm, BulkTextForm, RegionForm
from public_portal.oversight.agencies.forms.money import (
    AmountField,
    EndForm,
    PlanForm,
    RefundForm,
    TokenForm,
    TransferForm,
)
from public_portal.oversight.agencies.forms.workspaces import (
    ActForm,
    ActingOfficersForm,
    ApprovalForm,
    ArchiveForm,
    CodeForm,
    DestroyConfirmForm,
    DestroyForm,
    FleetForm,
    HostForm,
    InviteForm,
    PrimaryHostForm,
    ReasonForm,
    RecipientForm,
    RenameForm,
)

__all__ = [
    "ActForm",
    "ActingOfficersForm",
    "AmountField",
    "ApprovalForm",
    "ArchiveForm",
    "BulkFileForm",
    "BulkTextForm",
    "CodeForm",
    "DestroyConfirmForm",
    "DestroyForm",
    "EndForm",
    "FleetForm",
    "HostForm",
    "InviteForm",
    "PlanForm",
    "PrimaryHostForm",
    "ReasonForm",
    "RecipientForm",
    "RefundForm",
    "RegionForm",
    "RenameForm",
    "TokenForm",
    "TransferForm",
]
