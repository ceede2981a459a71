"""An agency leaves with everything, and comes back: one sealed file (docs/bundle.md)."""

from tenants.agency_export.services.encryption import key_make, recipient_parse
from tenants.agency_export.services.jobs import (
    job_export,
    job_export_undo,
    job_restore,
    job_restore_undo,
)
from tenants.agency_export.services.requests import (
    export_approval_ask,
    export_approval_confirm,
    export_ask,
    export_cancel,
    export_get,
    export_read,
    export_retry,
    exports_of,
    restore_ask,
    work_retry,
)
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.agency_export.services.work_folders import exports_prune

__all__ = [
    "RestoreOrder",
    "export_approval_ask",
    "export_approval_confirm",
    "export_ask",
    "export_cancel",
    "export_get",
    "export_read",
    "export_retry",
    "exports_of",
    "exports_prune",
    "job_export",
    "job_export_undo",
    "job_restore",
    "job_restore_undo",
    "key_make",
    "recipient_parse",
    "restore_ask",
    "work_retry",
]
