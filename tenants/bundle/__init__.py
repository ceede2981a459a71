"""An agency leaves with everything, and comes back: one sealed file (docs/bundle.md)."""

from tenants.bundle.asking import (
    bundle_get,
    bundle_read,
    bundles_of,
    export_approval_ask,
    export_approval_confirm,
    export_ask,
    export_cancel,
    export_retry,
    restore_ask,
    work_retry,
)
from tenants.bundle.folders import bundles_prune
from tenants.bundle.ordering import RestoreOrder
from tenants.bundle.sealing import key_make, recipient_parse
from tenants.bundle.working import job_export, job_export_undo, job_restore, job_restore_undo

__all__ = [
    "RestoreOrder",
    "bundle_get",
    "bundle_read",
    "bundles_of",
    "bundles_prune",
    "export_approval_ask",
    "export_approval_confirm",
    "export_ask",
    "export_cancel",
    "export_retry",
    "job_export",
    "job_export_undo",
    "job_restore",
    "job_restore_undo",
    "key_make",
    "recipient_parse",
    "restore_ask",
    "work_retry",
]
